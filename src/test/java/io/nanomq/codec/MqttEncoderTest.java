package io.nanomq.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MqttEncoderTest {
  private final ByteBuf out = Unpooled.buffer();

  @ParameterizedTest
  @CsvSource({
    "4, 1, 4, 0, 40020001",
    "4, 65535, 4, 0x87, 4002ffff",
    "5, 258, 3, 0x92, 50020102",
    "6, 258, 4, 0, 62020102",
    "7, 258, 5, 0, 70020102",
    "4, 258, 5, 0x10, 4003010210",
    "5, 65535, 5, 0x97, 5003ffff97",
    "6, 1, 5, 0x92, 6203000192",
    "7, 1, 5, 0x92, 7003000192"
  })
  void acknowledgements(int type, int id, int version, int reason, String hex) {
    MqttEncoder.ack(out, type, id, version, reason);
    assertThat(Bytes.hex(out)).isEqualTo(hex);
    assertThat(out.readableBytes()).isLessThanOrEqualTo(MqttEncoder.MAX_ACK_BYTES);
  }

  @ParameterizedTest
  @CsvSource({"4, 0", "4, 0x92", "5, 0", "5, 0x92"})
  void whatIsWrittenIsReadAgain(int version, int reason) {
    MqttEncoder.ack(out, PacketType.PUBREL, 54_321, version, reason);
    out.skipBytes(2);
    assertThat(AckDecoder.packetId(out)).isEqualTo(54_321);
    assertThat(AckDecoder.reasonCode(out, PacketType.PUBREL, version, 0))
        .isEqualTo(version < 5 ? 0 : reason);
  }

  @ParameterizedTest
  @CsvSource({
    "9, 3, 900500070001 80",
    "9, 4, 900500070001 80",
    "9, 5, 900600070000 0180",
    "11, 3, b0020007",
    "11, 4, b0020007",
    "11, 5, b00600070000 0180"
  })
  void acknowledgementsOfSubscriptions(int type, int version, String hex) {
    byte[] codes = version == 5 ? new byte[] {0, 1, (byte) 0x80} : new byte[] {0, 1, (byte) 0x80};
    MqttEncoder.subAck(out, type, 7, version, codes);
    assertThat(Bytes.hex(out)).isEqualTo(hex.replace(" ", ""));
  }

  @Test
  void oneCodeForEachOfVeryManyFilters() {
    MqttEncoder.subAck(out, PacketType.SUBACK, 7, 5, new byte[1_000]);
    assertThat(out.readUnsignedByte()).isEqualTo((short) 0x90);
    assertThat(VarInt.read(out)).isEqualTo(1_003).isEqualTo(out.readableBytes());
  }

  @Test
  void pingResponse() {
    MqttEncoder.pingResponse(out);
    assertThat(Bytes.hex(out)).isEqualTo("d000");
  }

  @Test
  void disconnectWithoutAReasonStringIsThreeBytes() {
    MqttEncoder.disconnect(out, ReasonCode.SESSION_TAKEN_OVER, null);
    assertThat(Bytes.hex(out)).isEqualTo("e0018e");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5, 120, 124, 125, 300, 20_000})
  void disconnectWithAReasonString(int length) {
    byte[] text = "r".repeat(length).getBytes(StandardCharsets.UTF_8);
    MqttEncoder.disconnect(out, ReasonCode.PROTOCOL_ERROR, text);
    assertThat(out.readUnsignedByte()).isEqualTo((short) 0xE0);
    assertThat(VarInt.read(out)).isEqualTo(out.readableBytes());
    assertThat(out.readUnsignedByte()).isEqualTo((short) 0x82);
    assertThat(VarInt.read(out)).isEqualTo(out.readableBytes());
    assertThat(out.readUnsignedByte()).isEqualTo((short) 0x1F);
    assertThat(Utf8.read(out, "reason string")).hasSize(length);
    assertThat(out.isReadable()).isFalse();
  }
}
