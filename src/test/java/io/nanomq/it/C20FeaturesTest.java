package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.Copy;
import io.nanomq.config.model.Capabilities;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Features that are switched off: announced to MQTT 5 clients, enforced for all. */
class C20FeaturesTest {
  private static final Capabilities NOTHING = new Capabilities(false, false, false, false, 0);
  private static final byte[] NO_PROPERTIES = {};

  private final TestBroker broker = TestBroker.start(Limits.with("capabilities", NOTHING));

  @AfterEach
  void close() {
    broker.close();
  }

  @Test
  void connackSaysWhatThereIsNot() {
    try (RawClient client = broker.raw(5)) {
      byte[] body = client.connect("c", true, 0).receive(2).body();
      assertThat(body).containsSequence(0x24, 0);
      assertThat(body).containsSequence(0x25, 0, 0x28, 0, 0x29, 0, 0x2A, 0);
    }
    broker.apply(conf -> Copy.of(conf, "mqtt", Limits.with()));
    try (RawClient client = broker.raw(5)) {
      byte[] body = client.connect("c", true, 0).receive(2).body();
      assertThat(body).doesNotContain(0x24, 0x25, 0x28, 0x29, 0x2A);
    }
  }

  /** Topic {@code t}: retained at QoS 0, QoS 1, QoS 2, as first byte and rest of a PUBLISH. */
  @ParameterizedTest
  @CsvSource({"0x31, 0x9A", "0x32, 0x9B", "0x34, 0x9B", "0x33, 0x9B"})
  void whoPublishesWhatIsNotOfferedIsDisconnected(int first, int reason) {
    boolean hasId = (first & 6) != 0;
    byte[] body = hasId ? new byte[] {0, 1, 't', 0, 1, 0} : new byte[] {0, 1, 't', 0};
    try (RawClient client = broker.raw(5).connected("v5", true)) {
      assertThat(client.packet(first, body).receive(14).at(0)).isEqualTo(reason);
    }
    byte[] older = hasId ? new byte[] {0, 1, 't', 0, 1} : new byte[] {0, 1, 't'};
    try (RawClient client = broker.raw(4).connected("v4", true)) {
      assertThat(client.packet(first, older).isClosedByBroker()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"a/+, 0, 0xA2", "#, 0, 0xA2", "$share/g/a, 0, 0x9E", "a, 7, 0xA1"})
  void whoSubscribesWhatIsNotOfferedIsDisconnected(String filter, int identifier, int reason) {
    byte[] properties = identifier == 0 ? NO_PROPERTIES : new byte[] {0x0B, (byte) identifier};
    try (RawClient client = broker.raw(5).connected("v5", true)) {
      assertThat(client.subscribe(1, filter, 0, properties).receive(14).at(0)).isEqualTo(reason);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/+", "#", "$share/g/a"})
  void olderClientsGetAFailure(String filter) {
    try (RawClient client = broker.raw(4).connected("v4", true)) {
      assertThat(client.subscribe(1, filter, 0).receive(9).at(2)).isEqualTo(0x80);
      client.assertNothingMore();
    }
    assertThat(broker.broker().subscriptionCount()).isZero();
  }

  @Test
  void whatIsWithdrawnLaterIsRefusedByItself() {
    broker.apply(conf -> Copy.of(conf, "mqtt", Limits.with()));
    try (RawClient client = broker.raw(5).connected("v5", true)) {
      broker.apply(conf -> Copy.of(conf, "mqtt", Limits.with("capabilities", NOTHING)));
      assertThat(client.subscribe(1, "a/+", 0).receive(9).at(3)).isEqualTo(0xA2);
      // It was told that it may.
      assertThat(client.publish("a", 1, 1, new byte[1]).receive(4).packetId()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5})
  void aHigherQosIsGrantedAsTheMaximum(int version) {
    try (RawClient client = broker.raw(version).connected("qos", true)) {
      var suback = client.subscribe(1, "t", 2).receive(9);
      assertThat(suback.at(suback.body().length - 1)).isZero();
      client.publish("t", 0, 0, new byte[1]);
      assertThat(client.receive(3).qos()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"0, true, 0x9A", "1, false, 0x9B"})
  void aWillThatIsNotOfferedIsRefused(int qos, boolean retain, int reason) {
    var will = new RawClient.Will("t", "gone", qos, retain, NO_PROPERTIES);
    try (RawClient client = broker.raw(5)) {
      var connack = client.connect("v5", true, NO_PROPERTIES, will).receive(2);
      assertThat(connack.at(1)).isEqualTo(reason);
      assertThat(client.isClosedByBroker()).isTrue();
    }
    try (RawClient client = broker.raw(4)) {
      var connack = client.connect("v4", true, NO_PROPERTIES, will).receive(2);
      assertThat(connack.at(1)).isEqualTo(5);
    }
  }
}
