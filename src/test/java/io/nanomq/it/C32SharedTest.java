package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Messages of shared groups when the process is killed, MQTT 5.0 section 4.8.2. */
@Timeout(120)
class C32SharedTest {
  private static final String GROUP = "$share/g/a";
  private final KilledBrokers brokers;

  C32SharedTest(@TempDir Path folders) {
    brokers = new KilledBrokers(folders);
  }

  private static void publish(RawClient sender, int qos, String payload) {
    sender.publish("a", qos, 1, payload.getBytes(StandardCharsets.UTF_8));
    sender.receive(qos == 1 ? 4 : 5);
    if (qos == 2) {
      sender.acknowledge(6, 1).receive(7);
    }
  }

  /** Its session lasts, and it is not there. */
  private static void begin(TestBroker broker) {
    try (RawClient client = broker.raw(4).connected("lasting", false)) {
      client.subscribe(1, GROUP, 2).receive(9);
    }
    broker.awaitConnections(0);
  }

  @Test
  void whatACleanSessionHasNotAcknowledgedGoesToOneThatLasts() throws Exception {
    TestBroker first = brokers.start(2);
    begin(first);
    TestBroker second;
    try (RawClient passing = first.raw(4).connected("passing", true);
        RawClient sender = first.raw(4).connected("sender", true)) {
      passing.subscribe(1, GROUP, 2).receive(9);
      publish(sender, 2, "at QoS 2 it may be there");
      publish(sender, 1, "not acknowledged");
      assertThat(passing.receive(3).payload(4)).isEqualTo("at QoS 2 it may be there");
      assertThat(passing.receive(3).payload(4)).isEqualTo("not acknowledged");
      second = brokers.killAndStart(first, 1);
    }
    try (TestBroker last = second;
        RawClient client = last.raw(4).connect("lasting", false, 0)) {
      client.receive(2);
      RawPacket given = client.receive(3);
      assertThat(given.payload(4)).isEqualTo("not acknowledged");
      client.acknowledge(4, given.publishId());
      client.assertNothingMore();
    }
  }
}
