package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Wills of clients whose connection and session end with the process, MQTT 5.0 section 3.1.2.5. */
@Timeout(120)
class C32WillTest {
  private static final byte[] DELAYED = {0x18, 0, 0, 0, 60};

  private final KilledBrokers brokers;

  C32WillTest(@TempDir Path folders) {
    brokers = new KilledBrokers(folders);
  }

  private static void begin(TestBroker broker) {
    try (RawClient client = broker.raw(4).connected("away", false)) {
      client.subscribe(1, "will/#", 2).receive(9);
    }
  }

  private static RawClient resume(TestBroker broker) {
    RawClient client = broker.raw(4).connect("away", false, 0);
    client.receive(2);
    return client;
  }

  private static RawClient willed(
      TestBroker broker, int version, String clientId, RawClient.Will will) {
    RawClient client = broker.raw(version).connect(clientId, true, new byte[0], will);
    assertThat(client.receive(2).at(1)).isZero();
    return client;
  }

  private static RawClient.Will will(String topic, int qos, boolean retain, byte... properties) {
    return new RawClient.Will(topic, topic, qos, retain, properties);
  }

  @Test
  void aWillOfACleanSessionIsPublishedOnceByTheNextProcess() throws Exception {
    TestBroker first = brokers.start(2);
    begin(first);
    TestBroker second;
    try (RawClient one = willed(first, 5, "one", will("will/1", 1, false));
        RawClient two = willed(first, 5, "two", will("will/2", 2, false, DELAYED));
        RawClient three = willed(first, 4, "three", will("will/3", 1, true));
        RawClient zero = willed(first, 4, "zero", will("will/0", 0, true))) {
      assertThat(List.of(one, two, three, zero)).hasSize(4);
      second = brokers.killAndStart(first, 1);
    }
    try (RawClient client = resume(second)) {
      assertThat(
              Stream.generate(() -> client.receive(3))
                  .limit(3)
                  .map(will -> will.payload(4))
                  .sorted())
          .containsExactly("will/1", "will/2", "will/3");
      client.assertNothingMore();
    }
    assertThat(second.broker().sessions().find("one")).isNull();
    TestBroker third = brokers.killAndStart(second, 2);
    third.raw(4).connected("away", true).close();
    try (TestBroker last = third;
        RawClient client = last.raw(4).connected("reader", true)) {
      client.subscribe(1, "#", 1).receive(9);
      assertThat(List.of(client.receive(3).payload(4), client.receive(3).payload(4)))
          .as("retained, of QoS 0 too")
          .containsExactlyInAnyOrder("will/0", "will/3");
      client.assertNothingMore();
    }
  }

  @Test
  void aWillThatWasPublishedOrDiscardedIsNotPublishedAgain() throws Exception {
    TestBroker first = brokers.start(2);
    begin(first);
    try (RawClient left = willed(first, 5, "left", will("will/left", 1, false))) {
      left.send(0xE0, 0);
    }
    willed(first, 5, "lost", will("will/lost", 1, false)).close();
    first.awaitConnections(0);
    TestBroker second;
    // The end of a connection is told to the store, and nobody waits for it: a CONNECT does.
    try (RawClient after = willed(first, 5, "none", will("will/none", 0, false));
        RawClient behind = first.raw(4).connected("behind", false)) {
      assertThat(List.of(after, behind)).hasSize(2);
      second = brokers.killAndStart(first, 1);
    }
    try (TestBroker last = second;
        RawClient client = resume(last)) {
      assertThat(client.receive(3).payload(4)).isEqualTo("will/lost");
      client.assertNothingMore();
    }
  }
}
