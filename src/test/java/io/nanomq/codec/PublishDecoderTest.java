package io.nanomq.codec;

import static io.nanomq.codec.ReasonCode.MALFORMED_PACKET;
import static io.nanomq.codec.ReasonCode.PACKET_TOO_LARGE;
import static io.nanomq.codec.ReasonCode.PROTOCOL_ERROR;
import static io.nanomq.codec.ReasonCode.TOPIC_ALIAS_INVALID;
import static io.nanomq.codec.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.TopicName;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublishDecoderTest {
  private static final int MAX_PROPERTY = 50;

  /** Decodes a packet that stands in the middle of a buffer, as it does in production. */
  private static IncomingPublish decode(int firstByte, boolean v5, ByteBuf body) {
    ByteBuf packet = Bytes.packet(firstByte, body);
    ByteBuf in =
        Unpooled.buffer().writeBytes(new byte[5]).writeBytes(packet).writeBytes(new byte[9]);
    int bodyStart = 5 + packet.writerIndex() - body.writerIndex();
    IncomingPublish to = new IncomingPublish();
    int readerIndex = in.readerIndex();
    int writerIndex = in.writerIndex();
    try {
      PublishDecoder.decode(in, 5, bodyStart, 5 + packet.writerIndex(), v5, MAX_PROPERTY, to);
    } finally {
      assertThat(in.readerIndex()).isEqualTo(readerIndex);
      assertThat(in.writerIndex()).isEqualTo(writerIndex);
    }
    return to;
  }

  private static String topic(IncomingPublish packet) {
    return packet
        .buffer()
        .toString(packet.topicStart(), packet.topicLength(), StandardCharsets.UTF_8);
  }

  private static PublishMessage message(IncomingPublish packet) {
    packet.topic(TopicName.of(topic(packet)));
    return packet.toMessage(1_000);
  }

  private static IncomingPublish v5(Consumer<Bytes> properties) {
    return decode(0x30, true, Bytes.of().text("t").properties(properties).raw("cafe").buf());
  }

  @ParameterizedTest
  @CsvSource({
    "0x30, 0, false, false", "0x31, 0, true, false",
    "0x32, 1, false, false", "0x3b, 1, true, true",
    "0x34, 2, false, false", "0x3c, 2, false, true"
  })
  void beforeMqtt5(int firstByte, int qos, boolean retain, boolean dup) {
    Bytes body = Bytes.of().text("a/b");
    if (qos > 0) {
      body.u16(0xABCD);
    }
    IncomingPublish packet = decode(firstByte, false, body.raw("010203").buf());
    assertThat(topic(packet)).isEqualTo("a/b");
    assertThat(packet.qos()).isEqualTo(qos);
    assertThat(packet.retain()).isEqualTo(retain);
    assertThat(packet.dup).isEqualTo(dup);
    assertThat(packet.packetId()).isEqualTo(qos == 0 ? 0 : 0xABCD);
    assertThat(packet.alias()).isZero();
    assertThat(packet.payloadLength()).isEqualTo(3);
    PublishMessage message = message(packet);
    assertThat(message.payload()).containsExactly(1, 2, 3);
    assertThat(message.properties()).isEmpty();
    assertThat(message.qos()).isEqualTo(qos);
    assertThat(message.retain()).isEqualTo(retain);
    assertThat(message.expiresAtMillis()).isEqualTo(PublishMessage.NEVER);
  }

  @Test
  void aPayloadMayBeEmpty() {
    assertThat(decode(0x30, false, Bytes.of().text("a").buf()).payloadLength()).isZero();
    assertThat(decode(0x30, true, Bytes.of().text("a").u8(0).buf()).payloadLength()).isZero();
  }

  @Test
  void propertiesThatAreForwardedAreKeptInTheirOrderAndOthersTakenOut() {
    String first = "2600016b000176 0101";
    String second = "0900020001 080001 72 0300 0174";
    String third = "2600016b000177";
    IncomingPublish packet =
        v5(p -> p.raw(first).u8(0x02).u32(60).raw(second).u8(0x23).u16(9).raw(third));
    assertThat(packet.alias()).isEqualTo(9);
    PublishMessage message = message(packet);
    assertThat(message.properties())
        .isEqualTo(Bytes.of().raw(first).raw(second).raw(third).array());
    assertThat(message.expiresAtMillis()).isEqualTo(61_000);
    assertThat(message.payload()).containsExactly(0xCA, 0xFE);
  }

  @Test
  void propertiesThatAreAllForwardedAreKeptAsTheyStand() {
    String all = "0101 2600016b000176";
    assertThat(message(v5(p -> p.raw(all))).properties()).isEqualTo(Bytes.of().raw(all).array());
  }

  @Test
  void whereNoneIsForwardedNoneIsKept() {
    PublishMessage message = message(v5(p -> p.u8(0x23).u16(1).u8(2).u32(0)));
    assertThat(message.properties()).isEmpty();
    assertThat(message.isExpired(1_000)).isTrue();
  }

  @Test
  void anExpiryMayBeAsLongAsItsFieldAllows() {
    assertThat(message(v5(p -> p.u8(2).u32(0xFFFF_FFFFL))).expiresAtMillis())
        .isEqualTo(1_000 + 0xFFFF_FFFFL * 1_000);
  }

  @Test
  void aPacketLeavesNothingBehindForTheNext() {
    IncomingPublish to = new IncomingPublish();
    ByteBuf full =
        Bytes.packet(
            0x32, Bytes.of().text("t").u16(5).raw("0f 0200000001 230001 2600016b000176").buf());
    PublishDecoder.decode(full, 0, 2, full.writerIndex(), true, MAX_PROPERTY, to);
    to.topic(TopicName.of("t"));
    ByteBuf plain = Bytes.packet(0x30, Bytes.of().text("u").u8(0).buf());
    PublishDecoder.decode(plain, 0, 2, plain.writerIndex(), true, MAX_PROPERTY, to);
    assertThat(to.packetId()).isZero();
    assertThat(to.alias()).isZero();
    assertThatThrownBy(to::topic).isInstanceOf(IllegalStateException.class);
    PublishMessage message = message(to);
    assertThat(message.properties()).isEmpty();
    assertThat(message.expiresAtMillis()).isEqualTo(PublishMessage.NEVER);
  }

  @Test
  void aTopicMayBeLeftOutWhereAnAliasStandsForIt() {
    ByteBuf body = Bytes.of().text("").properties(p -> p.u8(0x23).u16(3)).buf();
    IncomingPublish packet = decode(0x30, true, body);
    assertThat(packet.topicLength()).isZero();
    assertThat(packet.alias()).isEqualTo(3);
    assertRejected(PROTOCOL_ERROR, () -> decode(0x30, true, Bytes.hex("000000")));
    assertRejected(PROTOCOL_ERROR, () -> decode(0x30, false, Bytes.hex("0000")));
  }

  @ParameterizedTest
  @ValueSource(ints = {0x36, 0x37, 0x3E, 0x38, 0x39})
  void qos3AndDupAtQos0AreMalformed(int firstByte) {
    assertRejected(
        MALFORMED_PACKET, () -> decode(firstByte, false, Bytes.of().text("a").u16(1).buf()));
  }

  @ParameterizedTest
  @CsvSource({
    "0x30, ''",
    "0x30, 00",
    "0x30, 0001",
    "0x30, 000261",
    "0x32, 0001 61",
    "0x32, 0001 61 00",
    "0x32, 000161 0000"
  })
  void whatIsCutOffIsMalformed(int firstByte, String body) {
    assertRejected(MALFORMED_PACKET, () -> decode(firstByte, false, Bytes.hex(body)));
    assertRejected(MALFORMED_PACKET, () -> decode(firstByte, true, Bytes.hex(body)));
  }

  @ParameterizedTest
  @CsvSource({
    "'', MALFORMED_PACKET",
    "01, MALFORMED_PACKET",
    "8000, MALFORMED_PACKET",
    "ffffffff7f, MALFORMED_PACKET",
    "03 230000, TOPIC_ALIAS_INVALID",
    "06 230001 230001, PROTOCOL_ERROR",
    "0a 0200000001 0200000001, PROTOCOL_ERROR",
    "02 0b01, PROTOCOL_ERROR",
    "02 0102, PROTOCOL_ERROR",
    "04 01000101, PROTOCOL_ERROR",
    "04 080001 2b, PROTOCOL_ERROR",
    "06 080003 612f23, PROTOCOL_ERROR",
    "04 080001 ff, MALFORMED_PACKET",
    "04 030001 00, MALFORMED_PACKET",
    "04 030002 61, MALFORMED_PACKET",
    "04 2600016b, MALFORMED_PACKET",
    "05 1100000001, MALFORMED_PACKET",
    "04 1f000161, MALFORMED_PACKET",
    "03 210001, MALFORMED_PACKET",
    "02 2300, MALFORMED_PACKET"
  })
  void propertiesThatAreNotAllowed(String section, ReasonCode reason) {
    assertRejected(reason, () -> decode(0x30, true, Bytes.of().text("t").raw(section).buf()));
  }

  @ParameterizedTest
  @ValueSource(ints = {0x03, 0x08, 0x09, 0x26})
  void aValueBeyondTheLimitIsTooLarge(int property) {
    String most = "x".repeat(MAX_PROPERTY);
    assertRejected(PACKET_TOO_LARGE, () -> v5(p -> p.u8(property).text(most + "x").text("")));
    assertThat(v5(p -> p.u8(0x26).text(most).text(most)).payloadLength()).isEqualTo(2);
  }

  @Test
  void anAliasIsNotHeldAgainstItsMaximumHere() {
    assertThat(v5(p -> p.u8(0x23).u16(65_535)).alias()).isEqualTo(65_535);
    assertRejected(TOPIC_ALIAS_INVALID, () -> v5(p -> p.u8(0x23).u16(0)));
  }

  /** Whatever comes, it is refused with a reason, or every part lies within the packet. */
  @Property(tries = 5_000)
  void randomBodiesAreRefusedOrLieWithinTheirPacket(
      @ForAll @Size(max = 40) byte[] random, @ForAll boolean v5, @ForAll byte flags) {
    ByteBuf body = Bytes.of().text("t").u16(1).raw(random).buf();
    try {
      IncomingPublish packet = decode(0x30 | flags & 15, v5, body);
      PublishMessage message = message(packet);
      assertThat(packet.payloadLength()).isBetween(0, random.length + 2);
      assertThat(message.payload().length + message.properties().length)
          .isLessThanOrEqualTo(random.length + 2);
    } catch (ProtocolError refused) {
      assertThat(refused.reason().isError()).isTrue();
    }
  }
}
