package io.nanomq.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnackEncoderTest {
  private final ByteBuf out = Unpooled.buffer();

  @ParameterizedTest
  @CsvSource({"0, false, 20020000", "0, true, 20020100", "5, false, 20020005"})
  void beforeMqtt5ThereAreFourBytes(int code, boolean present, String hex) {
    ConnackEncoder.writeV3(out, code, present);
    assertThat(Bytes.hex(out)).isEqualTo(hex);
  }

  @ParameterizedTest
  @CsvSource({"SUCCESS, true, 2003010000", "NOT_AUTHORIZED, false, 2003008700"})
  void withoutProperties(ReasonCode reason, boolean present, String hex) {
    ConnackEncoder.write(out, reason, present, null);
    assertThat(Bytes.hex(out)).isEqualTo(hex);
    out.clear();
    ConnackEncoder.write(out, reason, present, new ConnackEncoder());
    assertThat(Bytes.hex(out)).isEqualTo(hex);
    assertThat(new ConnackEncoder().size()).isEqualTo(hex.length() / 2);
  }

  @Test
  void everyPropertyStandsThereAsItWasSet() {
    ConnackEncoder encoder =
        new ConnackEncoder()
            .sessionExpiry(0xFFFF_FFFEL)
            .receiveMaximum(65_535)
            .maximumPacketSize(1_000_000)
            .assignedClientId("id")
            .topicAliasMaximum(7)
            .serverKeepAlive(300)
            .responseInformation("r/")
            .reasonString("ä");
    ConnackEncoder.write(out, ReasonCode.SUCCESS, false, encoder);
    String properties =
        "11fffffffe 21ffff 27000f4240 1200026964 220007 13012c 1a0002722f 1f0002c3a4"
            .replace(" ", "");
    assertThat(Bytes.hex(out)).isEqualTo("2025000022" + properties);
    assertThat(encoder.size()).isEqualTo(out.readableBytes());
  }

  /** Paho's client for Python ends where it is more. */
  @ParameterizedTest
  @CsvSource({"268435455, 0fffffff", "268435456, 0fffffff", "272629760, 0fffffff"})
  void noMorePacketSizeIsAnnouncedThanALengthCanSay(int bytes, String announced) {
    ConnackEncoder encoder = new ConnackEncoder().maximumPacketSize(bytes);
    ConnackEncoder.write(out, ReasonCode.SUCCESS, false, encoder);
    assertThat(Bytes.hex(out)).isEqualTo("200800000527" + announced);
  }

  @ParameterizedTest
  @CsvSource({"100", "124", "125", "16000", "16379", "40000"})
  void theSizeIsKnownBeforeItIsWritten(int length) {
    ConnackEncoder encoder = new ConnackEncoder().reasonString("x".repeat(length));
    ConnackEncoder.write(out, ReasonCode.SERVER_BUSY, false, encoder);
    assertThat(out.readableBytes()).isEqualTo(encoder.size());
    out.readByte();
    assertThat(VarInt.read(out)).isEqualTo(out.readableBytes());
    assertThat(out.readUnsignedShort()).isEqualTo(ReasonCode.SERVER_BUSY.code());
    assertThat(VarInt.read(out)).isEqualTo(out.readableBytes());
  }

  @Test
  void anEncoderMayBeWrittenMoreThanOnce() {
    ConnackEncoder encoder = new ConnackEncoder().serverKeepAlive(1);
    ConnackEncoder.write(out, ReasonCode.SUCCESS, false, encoder);
    String first = Bytes.hex(out);
    out.clear();
    ConnackEncoder.write(out, ReasonCode.SUCCESS, false, encoder);
    assertThat(Bytes.hex(out)).isEqualTo(first);
  }
}
