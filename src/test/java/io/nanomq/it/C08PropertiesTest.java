package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperty;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PayloadFormatIndicator;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** MQTT 5 properties on their way through, topic aliases, expiry, packet sizes. */
@Timeout(60)
class C08PropertiesTest {
  private static final byte[] EXPIRES_IN_A_MINUTE = {0x11, 0, 0, 0, 60};

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] alias(int alias) {
    return new byte[] {0x23, (byte) (alias >> 8), (byte) alias};
  }

  private static byte[] messageExpiry(int seconds) {
    return new byte[] {0x02, 0, 0, 0, (byte) seconds};
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 40_000})
  void whatConcernsTheReceiverIsPassedOnUnaltered(int payloadBytes) {
    try (TestBroker broker = TestBroker.start();
        Hive here = Hive.connected(broker, "here").subscribe("p/#", 2);
        Hive there = Hive.connected(broker, "there").subscribe("p/#", 0);
        RawClient old = broker.raw(4).connected("old", true)) {
      old.subscribe(1, "p/#", 1).receive(9);
      Mqtt5Publish sent =
          Mqtt5Publish.builder()
              .topic("p/all")
              .qos(MqttQos.EXACTLY_ONCE)
              .payload(bytes("x".repeat(payloadBytes)))
              .payloadFormatIndicator(Mqtt5PayloadFormatIndicator.UTF_8)
              .contentType("text/plain; \u00fc")
              .responseTopic("answers/to/me")
              .correlationData(new byte[] {0, 1, (byte) 0xFF})
              .userProperties()
              .add("b", "1")
              .add("a", "2")
              .add("b", "")
              .add("", "3")
              .applyUserProperties()
              .build();
      here.client().publish(sent);
      for (Hive subscriber : List.of(here, there)) {
        Mqtt5Publish seen = subscriber.next();
        assertThat(seen.getPayload()).isEqualTo(sent.getPayload());
        assertThat(seen.getPayloadFormatIndicator()).isEqualTo(sent.getPayloadFormatIndicator());
        assertThat(seen.getContentType()).isEqualTo(sent.getContentType());
        assertThat(seen.getResponseTopic()).isEqualTo(sent.getResponseTopic());
        assertThat(seen.getCorrelationData().map(ByteBuffer::duplicate))
            .isEqualTo(sent.getCorrelationData());
        assertThat(seen.getMessageExpiryInterval()).isEmpty();
        assertThat(seen.getUserProperties().asList())
            .isEqualTo(
                List.of(
                    Mqtt5UserProperty.of("b", "1"),
                    Mqtt5UserProperty.of("a", "2"),
                    Mqtt5UserProperty.of("b", ""),
                    Mqtt5UserProperty.of("", "3")));
      }
      assertThat(old.receive(3).payload(4)).hasSize(payloadBytes).startsWith("xxxx");
    }
  }

  @Test
  void answersFindTheirWayByTheResponseTopic() {
    try (TestBroker broker = TestBroker.start();
        Hive server = Hive.connected(broker, "server").subscribe("service", 1);
        RawClient asks = broker.raw(5)) {
      asks.connect("asks", true, 0, new byte[] {0x19, 1});
      String connack = new String(asks.receive(2).body(), StandardCharsets.UTF_8);
      assertThat(connack).contains("response/asks");
      asks.subscribe(1, "response/asks/#", 1).receive(9);
      byte[] properties = new byte[3 + "response/asks/1".length()];
      properties[0] = 0x08;
      properties[2] = (byte) "response/asks/1".length();
      System.arraycopy(bytes("response/asks/1"), 0, properties, 3, properties.length - 3);
      asks.publish("service", 1, 1, bytes("question"), properties);
      Mqtt5Publish question = server.next("question");
      server.publish(question.getResponseTopic().orElseThrow().toString(), 0, "answer");
      asks.receive(4);
      assertThat(asks.receive(3).payload(5)).isEqualTo("answer");
    }
  }

  @Test
  void theExpiryIsCountedDownWhileAMessageWaits() {
    try (TestBroker broker = TestBroker.start();
        RawClient publisher = broker.raw(5).connected("publisher", true)) {
      RawClient away = broker.raw(5).connect("away", true, 0, EXPIRES_IN_A_MINUTE);
      away.receive(2);
      away.subscribe(1, "e", 1).receive(9);
      away.close();
      broker.awaitConnections(1);
      publisher.publish("e", 1, 1, bytes("short"), messageExpiry(1)).receive(4);
      publisher.publish("e", 1, 2, bytes("long"), messageExpiry(100)).receive(4);
      publisher.publish("e", 1, 3, bytes("forever")).receive(4);
      awaitASecondOf(broker);
      try (RawClient back = broker.raw(5).connect("away", false, 0)) {
        back.receive(2);
        RawPacket first = back.receive(3);
        assertThat(first.payload(5)).isEqualTo("long");
        assertThat(first.properties()).startsWith(0x02, 0, 0, 0);
        assertThat(first.properties()[4]).isBetween((byte) 70, (byte) 99);
        RawPacket second = back.receive(3);
        assertThat(second.payload(5)).isEqualTo("forever");
        assertThat(second.properties()).isEmpty();
        back.assertNothingMore();
      }
    }
  }

  /** A session that is to live for a second is the clock. */
  private static void awaitASecondOf(TestBroker broker) {
    RawClient clock = broker.raw(5).connect("clock", true, 0, new byte[] {0x11, 0, 0, 0, 1});
    clock.receive(2);
    clock.close();
    TestBroker.soon().until(() -> broker.broker().sessions().find("clock") == null);
  }

  @Test
  void aMessageThatIsPassedOnAtOnceKeepsItsExpiry() {
    try (TestBroker broker = TestBroker.start();
        RawClient publisher = broker.raw(5).connected("publisher", true);
        RawClient here = broker.raw(5).connected("here", true);
        RawClient there = broker.raw(5).connected("there", true)) {
      here.subscribe(1, "e", 1).receive(9);
      there.subscribe(1, "e", 1).receive(9);
      publisher.publish("e", 1, 1, bytes("x"), messageExpiry(100)).receive(4);
      assertThat(here.receive(3).properties()).containsExactly(2, 0, 0, 0, 100);
      assertThat(there.receive(3).properties()).containsExactly(2, 0, 0, 0, 100);
    }
  }

  @Test
  void aliasesOfClientsStandForTheirTopics() {
    try (TestBroker broker = TestBroker.start();
        RawClient publisher = broker.raw(5).connected("publisher", true);
        RawClient subscriber = broker.raw(5).connected("subscriber", true)) {
      subscriber.subscribe(1, "#", 1).receive(9);
      publisher.publish("one", 1, 1, bytes("1"), alias(1)).receive(4);
      publisher.publish("two", 1, 2, bytes("2"), alias(1_024)).receive(4);
      publisher.publish("", 1, 3, bytes("3"), alias(1)).receive(4);
      publisher.publish("", 2, 4, bytes("4"), alias(1_024)).receive(5);
      publisher.publish("three", 1, 5, bytes("5"), alias(1)).receive(4);
      publisher.publish("", 1, 6, bytes("6"), alias(1)).receive(4);
      for (String topic : List.of("one", "two", "one", "two", "three", "three")) {
        RawPacket publish = subscriber.receive(3);
        assertThat(publish.topic()).isEqualTo(topic);
        assertThat(publish.properties()).isEmpty();
      }
    }
  }

  @Test
  void aliasesThatAreNoneEndTheConnection() {
    try (TestBroker broker = TestBroker.start(Limits.with("client.maxTopicAlias", 5))) {
      assertThat(reasonFor(broker, "t", alias(6))).isEqualTo(0x94);
      assertThat(reasonFor(broker, "t", alias(0))).isEqualTo(0x94);
      assertThat(reasonFor(broker, "", alias(1))).isEqualTo(0x82);
      assertThat(reasonFor(broker, "", new byte[0])).isEqualTo(0x82);
    }
  }

  private static int reasonFor(TestBroker broker, String topic, byte[] properties) {
    try (RawClient publisher = broker.raw(5).connected("publisher", false)) {
      return publisher.publish(topic, 1, 1, bytes("x"), properties).receive(14).at(0);
    }
  }

  @Test
  void aliasesAreUsedTowardsClientsThatAllowThem() {
    try (TestBroker broker = TestBroker.start();
        RawClient publisher = broker.raw(4).connected("publisher", true);
        RawClient client = broker.raw(5).connect("client", true, 0, new byte[] {0x22, 0, 2})) {
      client.receive(2);
      client.subscribe(1, "#", 1).receive(9);
      for (String topic : List.of("a", "a", "b", "c", "b", "a", "c")) {
        publisher.publish(topic, 0, 0, bytes("x"));
      }
      assertAliased(client.receive(3), "a", alias(1));
      assertAliased(client.receive(3), "", alias(1));
      assertAliased(client.receive(3), "b", alias(2));
      assertAliased(client.receive(3), "c", new byte[0]);
      assertAliased(client.receive(3), "", alias(2));
      assertAliased(client.receive(3), "", alias(1));
      assertAliased(client.receive(3), "c", new byte[0]);
    }
  }

  private static void assertAliased(RawPacket publish, String topic, byte[] properties) {
    assertThat(publish.topic()).isEqualTo(topic);
    assertThat(publish.properties()).isEqualTo(properties);
    assertThat(publish.payload(5)).isEqualTo("x");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5})
  void noPacketIsLargerThanTheClientAllows(int aliases) {
    // Maximum Packet Size 50, Topic Alias Maximum.
    byte[] properties = {0x27, 0, 0, 0, 50, 0x22, 0, (byte) aliases};
    try (TestBroker broker = TestBroker.start();
        RawClient publisher = broker.raw(5).connected("publisher", true);
        RawClient client = broker.raw(5).connect("small", true, 0, properties)) {
      client.receive(2);
      client.subscribe(1, "t", 1).receive(9);
      // Fixed header 2, topic 3, properties' length 1, packet identifier 2.
      for (int size = 30; size < 60; size++) {
        int id = size;
        assertThat(publisher.publish("t", 1, id, bytes("y".repeat(size))).receive(4).packetId())
            .isEqualTo(id);
      }
      for (int size = 30; size <= 42; size++) {
        RawPacket publish = client.receive(3);
        assertThat(publish.payload(5)).hasSize(size);
        assertThat(publish.body().length + 2).isLessThanOrEqualTo(50);
      }
      client.assertNothingMore();
    }
  }

  @Test
  void largerPacketsThanAllowedAreRefused() {
    try (TestBroker broker = TestBroker.start(Limits.with("packets.maxBytes", 1_000));
        RawClient v5 = broker.raw(5).connected("five", true);
        RawClient v4 = broker.raw(4).connected("four", true)) {
      byte[] fits = new byte[1_000 - 3 - 5];
      v5.publish("abc", 0, 0, new byte[1_000 - 3 - 6]).assertNothingMore();
      v4.publish("abc", 0, 0, fits).assertNothingMore();
      v5.publish("abc", 0, 0, new byte[1_000]);
      assertThat(v5.receive(14).at(0)).isEqualTo(0x95);
      v4.publish("abc", 0, 0, new byte[1_000]);
      assertThat(v4.isClosedByBroker()).isTrue();
    }
  }

  @Test
  void propertiesThatExcludeEachOtherOrComeTwiceAreErrors() {
    try (TestBroker broker = TestBroker.start()) {
      byte[] twice = {0x01, 1, 0x01, 1};
      assertThat(reasonFor(broker, "t", twice)).isEqualTo(0x82);
      byte[] ofConnect = {0x11, 0, 0, 0, 1};
      assertThat(reasonFor(broker, "t", ofConnect)).isIn(0x81, 0x82);
      byte[] subscriptionIdentifier = {0x0B, 1};
      assertThat(reasonFor(broker, "t", subscriptionIdentifier)).isEqualTo(0x82);
      byte[] wildcardResponse = {0x08, 0, 1, '#'};
      assertThat(reasonFor(broker, "t", wildcardResponse)).isIn(0x82, 0x90);
      byte[] cutOff = {0x08, 0};
      assertThat(reasonFor(broker, "t", cutOff)).isEqualTo(0x81);
    }
  }
}
