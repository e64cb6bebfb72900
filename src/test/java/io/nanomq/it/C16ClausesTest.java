package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.metrics.DropReason;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clauses of MQTT 5.0 that are easily missed, byte by byte over real sockets. */
@Timeout(60)
class C16ClausesTest {
  private static final byte[] EXPIRES_IN_AN_HOUR = {0x11, 0, 0, 0x0E, 0x10};
  private static TestBroker broker;

  @BeforeAll
  static void start() {
    broker = TestBroker.start();
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replace(" ", ""));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Section 4.13: what is wrong with a packet is told in a DISCONNECT, then it is over. */
  @ParameterizedTest(name = "{2}")
  @CsvSource({
    "40 03 0001 81, 82, PUBACK with a code that it does not have",
    "50 03 0001 92, 82, PUBREC with a code that it does not have",
    "62 03 0001 80, 82, PUBREL with a code that it does not have",
    "70 03 0001 10, 82, PUBCOMP with a code that it does not have",
    "e0 01 87, 82, DISCONNECT with a code of servers",
    "e0 07 00 05 11 0000000a, 82, DISCONNECT that raises the expiry from 0 [MQTT-3.14.2-2]",
    "40 06 0001 00 02 0101, 81, PUBACK with a property of another packet",
    "62 0e 0001 00 0a 1f 0002 6162 1f 0002 6162, 82, two reason strings",
    "82 07 0000 00 0001 61 00, 81, SUBSCRIBE with identifier 0 [MQTT-2.2.1-3]",
    "32 06 0001 61 0000 00, 81, PUBLISH with identifier 0 [MQTT-2.2.1-3]",
    "82 03 0001 00, 82, SUBSCRIBE without filters [MQTT-3.8.3-2]",
    "a2 03 0001 00, 82, UNSUBSCRIBE without filters [MQTT-3.10.3-2]",
    "80 07 0001 00 0001 61 00, 81, SUBSCRIBE with wrong flags [MQTT-3.8.1-1]",
    "a0 06 0001 00 0001 61, 81, UNSUBSCRIBE with wrong flags [MQTT-3.10.1-1]",
    "60 02 0001, 81, PUBREL with wrong flags [MQTT-3.6.1-1]",
    "c1 00, 81, PINGREQ with flags [MQTT-2.1.3-1]",
    "c0 01 00, 81, PINGREQ with a body",
    "82 07 0001 00 0001 61 03, 82, maximum QoS 3",
    "82 07 0001 00 0001 61 30, 82, retain handling 3",
    "82 07 0001 00 0001 61 40, 81, reserved subscription option [MQTT-3.8.3-5]",
    "82 10 0001 00 000a 2473686172652f672f61 04, 82, no local on a shared one [MQTT-3.8.3-4]",
    "82 09 0001 02 0b00 0001 61 00, 82, subscription identifier 0",
    "82 07 0001 00 0001 00 00, 81, U+0000 in a filter [MQTT-1.5.4-2]",
    "82 09 0001 00 0003 eda080 00, 81, a surrogate in a filter [MQTT-1.5.4-1]",
    "82 06 0001 00 0000 00, 81, SUBSCRIBE to an empty filter [MQTT-4.7.3-1]",
    "a2 05 0001 00 0000, 81, UNSUBSCRIBE of an empty filter [MQTT-4.7.3-1]",
    "30 04 0001 00 00, 81, U+0000 in a topic name",
    "30 06 0003 612f2b 00, 90, a wildcard in a topic name [MQTT-3.3.2-2]",
    "30 03 0000 00, 82, neither a topic name nor an alias",
    "30 06 0001 61 02 0b05, 82, subscription identifier of a client [MQTT-3.3.4-6]",
    "30 08 0001 61 04 08 0001 2b, 82, response topic with a wildcard [MQTT-3.3.2-14]",
    "30 07 0001 61 03 08 0000, 82, response topic of no character [MQTT-4.7.3-1]",
    "30 06 0001 61 02 0102, 82, payload format 2",
    "30 08 0001 61 04 03 0001 ff, 81, content type that is no text [MQTT-3.3.2-19]",
    "30 09 0001 61 04 23000102 01, 81, a property that reaches beyond its section",
    "30 0a 0001 61 06 230001 230002, 82, two topic aliases",
    "38 04 0001 61 00, 81, DUP at QoS 0 [MQTT-3.3.1-2]",
    "36 06 0001 61 0001 00, 81, QoS 3 [MQTT-3.3.1-4]",
    "10 0d 0004 4d515454 05 02 0000 00 0000, 82, second CONNECT [MQTT-3.1.0-2]",
    "20 03 00 00 00, 82, CONNACK from a client",
    "d0 00, 82, PINGRESP from a client",
    "f0 00, 82, AUTH that nobody asked for [MQTT-4.12.0-6]",
    "30 ff ff ff ff 01, 81, remaining length of five bytes"
  })
  void whatIsWrongIsTold(String packet, String reason, String what) {
    try (RawClient client = broker.raw(5).connected("wrong", true)) {
      client.send(hex(packet));
      RawPacket disconnect = client.receive(14);
      assertThat(disconnect.at(0)).as(what).isEqualTo(Integer.parseInt(reason, 16));
      assertThat(client.isClosedByBroker()).isTrue();
    }
  }

  /** Section 3.1: a CONNECT that is wrong is answered by a CONNACK, or by nothing at all. */
  @ParameterizedTest(name = "{2}")
  @CsvSource({
    "10 0e 0004 4d515454 06 02 0000 00 0001 63, 84, a version to come [MQTT-3.1.2-2]",
    "10 0e 0004 4d515454 05 03 0000 00 0001 63, 81, reserved connect flag [MQTT-3.1.2-3]",
    "10 0e 0004 4d515454 05 22 0000 00 0001 63, 81, will retain without a will [MQTT-3.1.2-13]",
    "10 0e 0004 4d515454 05 0a 0000 00 0001 63, 81, will QoS without a will [MQTT-3.1.2-11]",
    "10 14 0004 4d515454 05 1e 0000 00 0001 63 00 0001 77 0000, 81, will QoS 3 [MQTT-3.1.2-12]",
    "10 14 0004 4d515454 05 06 0000 00 0001 63 00 0001 23 0000, 90, will topic with a wildcard",
    "10 17 0004 4d515454 05 06 0000 00 0001 63 03 210001 0001 77 0000, 81, will property",
    "10 11 0004 4d515454 05 02 0000 03 210000 0001 63, 82, receive maximum 0",
    "10 13 0004 4d515454 05 02 0000 05 2700000000 0001 63, 82, maximum packet size 0",
    "10 10 0004 4d515454 05 02 0000 02 1702 0001 63, 82, request problem information 2",
    "10 12 0004 4d515454 05 02 0000 04 16 0001 00 0001 63, 82, authentication data alone",
    "10 12 0004 4d515454 05 02 0000 04 15 0001 61 0001 63, 8c, a method that nobody knows",
    "10 10 0004 4d515454 05 02 0000 02 0101 0001 63, 81, a property of PUBLISH",
    "10 0e 0004 4d515454 05 02 0000 00 0001 00, 81, U+0000 in the client identifier",
    "10 0f 0004 4d515454 05 02 0000 00 0001 63 00, 81, bytes behind the end",
    "10 0d 0004 4d515454 04 82 0000 0000 00, '', cut off in version 4",
    "10 0d 0004 4d515454 03 02 0000 0001 63, 01, MQTT level 3",
    "10 0c 0004 4d515454 04 00 0000 0000, 02, a session of nobody [MQTT-3.1.3-8]",
    "10 0f 0004 4d515454 04 42 0000 0001 63 0000, '', password without a name [MQTT-3.1.2-22]",
    "10 0d 0004 4d515455 05 02 0000 00 0000, '', not MQTT [MQTT-3.1.2-1]",
    "c0 00, '', first packet is no CONNECT [MQTT-3.1.0-1]"
  })
  void aConnectThatIsWrong(String packet, String code, String what) {
    try (RawClient client = broker.raw(5).send(hex(packet)).send(new byte[4])) {
      if (!code.isEmpty()) {
        RawPacket connack = client.receive(2);
        assertThat(connack.at(0)).as("no session is present").isZero();
        assertThat(connack.at(1)).as(what).isEqualTo(Integer.parseInt(code, 16));
      }
      assertThat(client.isClosedByBroker()).as(what).isTrue();
    }
    broker.awaitConnections(0);
    TestBroker.soon().until(() -> broker.broker().sessions().size() == 0);
  }

  /** Identifiers of 1 to 23 letters and digits must be let in [MQTT-3.1.3-5], others may be. */
  @ParameterizedTest
  @CsvSource({
    "3, abcdefghijklmnopqrstuvw",
    "4, 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "5, a/b c#+$ä漢",
    "5, x"
  })
  void identifiersThatAreLetIn(int version, String id) {
    try (RawClient client = broker.raw(version).connected(id, true)) {
      client.assertNothingMore();
      assertThat(broker.broker().sessions().find(id)).isNotNull();
    }
    broker.awaitConnections(0);
  }

  /** What is in flight asks for one kind of answer, MQTT 5.0 sections 4.3.2 and 4.3.3. */
  @ParameterizedTest
  @CsvSource({
    "4, 1, 5, PUBREC at QoS 1",
    "5, 1, 5, PUBREC at QoS 1",
    "4, 1, 7, PUBCOMP at QoS 1",
    "5, 1, 7, PUBCOMP at QoS 1",
    "4, 2, 4, PUBACK at QoS 2",
    "5, 2, 4, PUBACK at QoS 2",
    "4, 2, 7, PUBCOMP before PUBREL",
    "5, 2, 7, PUBCOMP before PUBREL"
  })
  void acknowledgementsOfTheWrongKind(int version, int qos, int type, String why) {
    byte[] kept = version == 5 ? EXPIRES_IN_AN_HOUR : new byte[0];
    int id;
    try (RawClient client = broker.raw(version)) {
      client.connect("kinds", true, 0, kept).receive(2);
      client.subscribe(1, "kinds", qos).receive(9);
      try (RawClient publisher = broker.raw(4).connected("publisher", true)) {
        publisher.publish("kinds", qos, 1, bytes("x")).receive(qos == 1 ? 4 : 5);
      }
      id = client.receive(3).publishId();
      client.acknowledge(type, id);
      if (version == 5) {
        assertThat(client.receive(14).at(0)).as(why).isEqualTo(0x82);
      }
      assertThat(client.isClosedByBroker()).as(why).isTrue();
    }
    if (version == 5) {
      theDeliveryIsStillThere(qos, id);
    }
    broker.awaitConnections(0);
  }

  /** The right kind is taken on the next connection, where PUBREC may come again. */
  private static void theDeliveryIsStillThere(int qos, int id) {
    try (RawClient client = broker.raw(5)) {
      client.connect("kinds", false, 0).receive(2);
      assertThat(client.receive(3).publishId()).isEqualTo(id);
      if (qos == 1) {
        client.acknowledge(4, id).acknowledge(4, id);
      } else {
        client.acknowledge(5, id).receive(6);
        client.acknowledge(5, id).receive(6);
        client.acknowledge(7, id).acknowledge(7, id);
      }
      client.assertNothingMore();
    }
  }

  @Test
  void whatAClientHasSentAtQos2IsPublishedOnceThoughTheConnectionBreaksTwice() {
    try (RawClient witness = broker.raw(4).connected("witness", true)) {
      witness.subscribe(1, "once", 0).receive(9);
      for (int i = 0; i < 3; i++) {
        try (RawClient client = broker.raw(5)) {
          client.connect("twice", i == 0, 0, EXPIRES_IN_AN_HOUR);
          assertThat(client.receive(2).at(0)).as("present").isEqualTo(i == 0 ? 0 : 1);
          client.packet(i == 0 ? 0x34 : 0x3C, hex("0004 6f6e6365 0005 00 78"));
          assertThat(client.receive(5).packetId()).isEqualTo(5);
        }
      }
      try (RawClient client = broker.raw(5)) {
        client.connect("twice", false, 0).receive(2);
        assertThat(client.acknowledge(6, 5).receive(7).body()).containsExactly(0, 5);
        assertThat(client.acknowledge(6, 5).receive(7).body()).containsExactly(0, 5, 0x92);
      }
      assertThat(witness.receive(3).payload(4)).isEqualTo("x");
      witness.assertNothingMore();
    }
    broker.awaitConnections(0);
  }

  @Test
  void identifiersStandOnSharedDeliveriesAndOnReplayedMessages() {
    try (RawClient client = broker.raw(5).connected("ids", true)) {
      client.packet(0x31, hex("0003 692f72 00 72"));
      client.subscribe(1, "i/r", 0, new byte[] {0x0B, 9}).receive(9);
      RawPacket replayed = client.receive(3);
      assertThat(replayed.isRetained()).isTrue();
      assertThat(replayed.properties()).containsExactly(0x0B, 9);
      client.subscribe(2, "$share/g/i/s", 1, new byte[] {0x0B, 8}).receive(9);
      client.publish("i/s", 1, 3, bytes("x"));
      assertThat(client.receive(3).properties()).containsExactly(0x0B, 8);
      client.receive(4);
      client.packet(0x31, hex("0003 692f72 00"));
    }
    broker.awaitConnections(0);
  }

  /** [MQTT-3.1.2-24]: neither a SUBACK nor the reason in a DISCONNECT is larger than allowed. */
  @Test
  void nothingIsLargerThanTheClientAllows() {
    try (RawClient client = broker.raw(5)) {
      client.connect("small", true, 0, hex("27 00000020"));
      assertThat(client.receive(2).at(1)).isZero();
      client.packet(0x82, hex("0001 00 " + "0001 61 00 ".repeat(30)));
      assertThat(client.receive(14).body()).containsExactly(0x95);
    }
    try (RawClient client = broker.raw(5)) {
      client.connect("", true, 0, hex("27 0000000c"));
      assertThat(client.receive(2).body()).containsExactly(0, 0x95, 0);
      assertThat(client.isClosedByBroker()).isTrue();
    }
    broker.awaitConnections(0);
  }

  @Test
  void sessionsOfClientsThatAreAwayCountAgainstMaxSessions() {
    try (TestBroker small = TestBroker.start(Limits.with("broker.maxSessions", 3))) {
      for (int i = 0; i < 3; i++) {
        try (RawClient client = small.raw(5)) {
          client.connect("stays" + i, true, 0, EXPIRES_IN_AN_HOUR);
          assertThat(client.receive(2).at(1)).isZero();
        }
      }
      small.awaitConnections(0);
      try (RawClient v5 = small.raw(5).connect("more", true, 0);
          RawClient v4 = small.raw(4).connect("more", true, 0)) {
        assertThat(v5.receive(2).at(1)).isEqualTo(0x97);
        assertThat(v4.receive(2).at(1)).isEqualTo(3);
        assertThat(v5.isClosedByBroker()).isTrue();
        assertThat(v4.isClosedByBroker()).isTrue();
      }
      try (RawClient back = small.raw(5).connect("stays1", false, 0)) {
        assertThat(back.receive(2).at(0)).as("present").isEqualTo(1);
      }
      // It was resumed without an expiry and has ended: there is room for one.
      TestBroker.soon().until(() -> small.broker().sessions().size() == 2);
      try (RawClient more = small.raw(4).connected("more", true)) {
        more.assertNothingMore();
      }
      var counted = small.broker().counters().toCompletableFuture().join();
      assertThat(counted.drops(DropReason.SESSION_LIMIT)).isEqualTo(2);
      assertThat(counted.messagesDropped()).isZero();
    }
  }
}
