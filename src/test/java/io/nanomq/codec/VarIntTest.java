package io.nanomq.codec;

import static io.nanomq.codec.ReasonCode.MALFORMED_PACKET;
import static io.nanomq.codec.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VarIntTest {
  @Property
  void whatIsWrittenIsReadAgain(@ForAll @IntRange(max = VarInt.MAX) int value) {
    ByteBuf bytes = Unpooled.buffer();
    VarInt.write(bytes, value);
    assertThat(bytes.readableBytes()).isEqualTo(VarInt.size(value));
    assertThat(VarInt.read(bytes)).isEqualTo(value);
    assertThat(bytes.isReadable()).isFalse();
  }

  /** Table 1-1 of MQTT 5.0 section 1.5.5. */
  @ParameterizedTest
  @CsvSource({
    "0, 00",
    "127, 7f",
    "128, 8001",
    "16383, ff7f",
    "16384, 808001",
    "2097151, ffff7f",
    "2097152, 80808001",
    "268435455, ffffff7f"
  })
  void theBytesAreThoseOfTheTable(int value, String hex) {
    ByteBuf bytes = Unpooled.buffer();
    VarInt.write(bytes, value);
    assertThat(Bytes.hex(bytes)).isEqualTo(hex);
    assertThat(VarInt.read(Bytes.hex(hex))).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "80", "ffff", "808080", "8000", "ff00", "80808000", "8080808001"})
  void whatIsCutOffOrTooLongOrNotShortestIsMalformed(String hex) {
    assertRejected(MALFORMED_PACKET, () -> VarInt.read(Bytes.hex(hex)));
  }
}
