package io.nanomq.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.codec.Bytes;
import io.nanomq.it.Limits;
import io.nanomq.loop.TurnBudget;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.TopicName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubscribeHandlerTest {
  private final ConnectionFixture f = new ConnectionFixture();

  @AfterEach
  void close() {
    f.close();
  }

  private void retain(String topic) {
    f.retained.store(
        new PublishMessage(
            TopicName.of(topic), new byte[] {'r'}, new byte[0], 0, true, PublishMessage.NEVER),
        null);
  }

  /** Filters a, an illegal one, $share/g/a: one code each, in their order [MQTT-3.9.3-1]. */
  @ParameterizedTest
  @CsvSource({
    "5, 8218 0007 00 0001 61 01 0003 612b62 00 0008 2473686172652f67 02, 90060007 00 018f8f",
    "4, 8217 0007 0001 61 01 0003 612b62 00 0008 2473686172652f67 02, 90050007 018080",
    "5, a20a 0008 00 0001 62 0002 6161, b0050008 001111",
    "4, a209 0008 0001 62 0002 6161, b0020008"
  })
  void oneCodeForEachFilterInItsOrder(int version, String packet, String answer) {
    var client = f.connected(version, "c").send(packet);
    assertThat(client.got()).isEqualTo(answer.replace(" ", ""));
  }

  /** SUBSCRIBE and UNSUBSCRIBE of a, b, c at MQTT 3.1.1, with a PINGREQ behind. */
  @ParameterizedTest
  @CsvSource({
    "820e 0007 0001 61 00 0001 62 00 0001 63 01, 90050007 000001 d000",
    "a20b 0007 0001 61 0001 62 0001 63, b0020007 d000"
  })
  void filtersThatATurnHasNoRoomForAreTakenInTheNext(String packet, String answer) {
    var client = f.connected(4, "c");
    f.loop.budget().spend(TurnBudget.PER_TURN - 2);
    client.channel.writeInbound(Bytes.hex(packet + "c000"));
    assertThat(client.channel.config().isAutoRead()).isFalse();
    assertThat(client.channel.outboundMessages()).isEmpty();
    assertThat(client.got()).isEqualTo(answer.replace(" ", ""));
    assertThat(client.channel.config().isAutoRead()).isTrue();
  }

  @Test
  void aConnectionThatEndsInBetweenEndsItsSubscribe() {
    var client = f.connected(4, "c");
    f.loop.budget().spend(TurnBudget.PER_TURN - 2);
    client.channel.writeInbound(Bytes.hex("820e 0007 0001 61 00 0001 62 00 0001 63 01"));
    client.channel.close();
    assertThat(client.isOpen()).isFalse();
    assertThat(f.registry.size()).isZero();
  }

  @Test
  void retainedMessagesFollowTheSuback() {
    retain("a");
    var client = f.connected(5, "c").send("8209 0007 02 0b05 0001 61 00");
    // The identifier stands on replayed messages as well [MQTT-3.3.4-3].
    assertThat(client.got()).isEqualTo("90040007000031070001 61 02 0b05 72".replace(" ", ""));
  }

  @Test
  void retainHandling1OfASubscriptionThatASessionStillHasSendsNothing() {
    retain("a");
    var first = f.client().send(ConnectionFixture.connect("c", "11 00000064"));
    first.got();
    first.send("8207 0001 00 0001 61 10");
    assertThat(first.got()).as("new").isEqualTo("9004000100003105000161 00 72".replace(" ", ""));
    first.channel.close();
    first.settle();
    var second = f.client().send(ConnectionFixture.connect(5, 0, "c", "11 00000064"));
    second.got();
    second.send("8207 0002 00 0001 61 10");
    assertThat(second.got()).as("not new").isEqualTo("900400020000");
    second.send("8207 0003 00 0001 61 00");
    assertThat(second.got()).as("asked for").startsWith("9004000300003105");
  }

  @ParameterizedTest
  @CsvSource({
    // a, never, a/#/b, a+ and $share/g
    "5, a2 1e 0001 00 0001 61 0001 62 0005 612f232f62 0002 612b 0008 2473686172652f67,"
        + " b0080001 00 00118f8f8f",
    "4, a2 0d 0001 0005 612f232f62 0002 612b, b0020001",
  })
  void unsubscribeTellsFiltersThatCannotBeFromThoseThatAreNot(
      int version, String packet, String answer) {
    var client = f.connected(version, "c");
    client.send(version == 5 ? "8207 0009 00 0001 61 00" : "8206 0009 0001 61 00").got();
    assertThat(client.send(packet).got()).isEqualTo(answer.replace(" ", ""));
    assertThat(client.isOpen()).isTrue();
  }

  /** [MQTT-4.7.3-1]: at least one character; U+0000 [MQTT-4.7.3-2]. */
  @ParameterizedTest
  @CsvSource({
    "3, 8205 0001 0000 00",
    "4, 8205 0001 0000 00",
    "5, 8206 0001 00 0000 00",
    "3, a204 0001 0000",
    "4, a204 0001 0000",
    "5, a205 0001 00 0000",
    "4, a205 0001 0001 00",
    "5, a206 0001 00 0001 00"
  })
  void anEmptyFilterOrOneWithNulEndsTheConnection(int version, String packet) {
    var client = f.connected(version, "c").send(packet);
    assertThat(client.got())
        .startsWith(version == 5 ? "e0" : "")
        .contains(version == 5 ? "81" : "");
    assertThat(client.isOpen()).isFalse();
  }

  @Test
  void noAnswerIsLargerThanTheClientAllows() {
    // Maximum Packet Size 32; a SUBACK of 30 codes has 35 bytes.
    var client = f.client().send(ConnectionFixture.connect("c", "27 00000020"));
    assertThat(client.got()).startsWith("20");
    client.send("8213 0001 00 " + "0001 61 00".repeat(4));
    assertThat(client.got()).startsWith("90");
    client.send("827b 0001 00 " + "0001 61 00".repeat(30));
    assertThat(client.got()).isEqualTo("e00195");
    assertThat(client.isOpen()).isFalse();
  }

  @Test
  void aSessionHasNoMoreFiltersThanAllowedButMayChangeThoseItHas() {
    f.conf = Limits.with("client.maxFilters", 1);
    var client = f.connected(5, "c");
    client.send("8207 0001 00 0001 61 00 8207 0002 00 0001 62 00 8207 0003 00 0001 61 01");
    assertThat(client.got()).isEqualTo("900400010000" + "900400020097" + "900400030001");
  }

  @Test
  void whatFailsInALaterTurnEndsTheConnection() {
    var client = f.connected(4, "c");
    f.loop.budget().spend(TurnBudget.PER_TURN - 2);
    client.channel.writeInbound(Bytes.hex("820e 0007 0001 61 00 0001 62 00 0001 63 01"));
    assertThat(client.connection.gate().isShutFor(ReadGate.PACKET)).isTrue();
    var conf = f.conf;
    f.conf = null;
    client.settle();
    f.conf = conf;
    assertThat(client.isOpen()).isFalse();
  }
}
