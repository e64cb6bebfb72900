package io.nanomq.codec;

import static io.nanomq.codec.ReasonCode.MALFORMED_PACKET;
import static io.nanomq.codec.ReasonCode.PACKET_TOO_LARGE;
import static io.nanomq.codec.ReasonCode.PROTOCOL_ERROR;
import static io.nanomq.codec.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AckDecoderTest {
  private static final int MAX_PROPERTY = 100;

  private static int reason(String body, int version) {
    ByteBuf in = Bytes.hex(body);
    assertThat(AckDecoder.packetId(in)).isEqualTo(0x0102);
    return AckDecoder.reasonCode(in, PacketType.PUBREL, version, MAX_PROPERTY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "01", "0000", "000001"})
  void anIdentifierThatIsCutOffOrZeroIsMalformed(String body) {
    assertRejected(MALFORMED_PACKET, () -> AckDecoder.packetId(Bytes.hex(body)));
  }

  @Test
  void identifiersHaveSixteenBits() {
    assertThat(AckDecoder.packetId(Bytes.hex("ffff"))).isEqualTo(65_535);
    assertThat(AckDecoder.packetId(Bytes.hex("0001"))).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "0102, 0",
    "010292, 0x92",
    "01029200, 0x92",
    // Reason String, then two User Properties of the same name
    "0102 00 14 1f0003626164 2600016b000176 2600016b000177, 0"
  })
  void mqtt5MayHaveAReasonAndProperties(String body, int reason) {
    assertThat(reason(body, 5)).isEqualTo(reason);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0102 00 01",
        "0102 00 00 00",
        "0102 00 02 0101",
        "0102 00 03 110000",
        "0102 00 03 1f0002",
        "0102 00 04 1f0001ff",
        "0102 00 80"
      })
  void whatItMayNotHaveIsMalformed(String body) {
    assertRejected(MALFORMED_PACKET, () -> reason(body, 5));
  }

  @Test
  void twoReasonStringsAreAProtocolError() {
    assertRejected(PROTOCOL_ERROR, () -> reason("0102 00 08 1f000161 1f000162", 5));
  }

  @Test
  void aPropertyBeyondTheLimitIsTooLarge() {
    ByteBuf body =
        Bytes.of().u8(0).properties(p -> p.u8(0x1f).text("x".repeat(MAX_PROPERTY + 1))).buf();
    assertRejected(
        PACKET_TOO_LARGE, () -> AckDecoder.reasonCode(body, PacketType.PUBACK, 5, MAX_PROPERTY));
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void beforeMqtt5ThereIsNothingBehindTheIdentifier(int version) {
    assertThat(reason("0102", version)).isZero();
    assertRejected(MALFORMED_PACKET, () -> reason("010200", version));
  }

  /** The tables of sections 3.4.2.1 to 3.7.2.1; 0x10 is the server's, but harmless. */
  @ParameterizedTest
  @CsvSource({
    "4, 00 10 80 83 87 90 91 97 99",
    "5, 00 10 80 83 87 90 91 97 99",
    "6, 00 92",
    "7, 00 92"
  })
  void aCodeThatAClientMayNotSendIsAProtocolError(int packetType, String allowed) {
    for (int code = 0; code < 256; code++) {
      String hex = HexFormat.of().toHexDigits((byte) code);
      ByteBuf body = Bytes.hex(hex);
      if (allowed.contains(hex)) {
        assertThat(AckDecoder.reasonCode(body, packetType, 5, MAX_PROPERTY)).isEqualTo(code);
      } else {
        assertRejected(
            PROTOCOL_ERROR, () -> AckDecoder.reasonCode(body, packetType, 5, MAX_PROPERTY));
      }
    }
  }
}
