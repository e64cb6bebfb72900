package io.nanomq.codec;

import static io.nanomq.codec.ReasonCode.MALFORMED_PACKET;
import static io.nanomq.codec.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8Test {
  private static boolean isValid(byte[] bytes) {
    return Utf8.isValid(Unpooled.wrappedBuffer(bytes), 0, bytes.length);
  }

  /** The JDK's decoder, and the rule against U+0000 [MQTT-1.5.4-2]. */
  private static boolean isValidToTheJdk(byte[] bytes) {
    for (byte b : bytes) {
      if (b == 0) {
        return false;
      }
    }
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  @Property
  void agreesWithTheJdkOnRandomBytes(@ForAll @Size(max = 40) byte[] bytes) {
    assertThat(isValid(bytes)).isEqualTo(isValidToTheJdk(bytes));
  }

  @Property
  void agreesWithTheJdkOnTextThatIsDamagedInOnePlace(@ForAll Random random, @ForAll String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > 0 && random.nextBoolean()) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    assertThat(isValid(bytes)).isEqualTo(isValidToTheJdk(bytes));
  }

  @Test
  void agreesWithTheJdkOnEverySequenceOfThreeBytesAfterAWholeWord() {
    int[] leads = {0x01, 0x41, 0x7F, 0x80, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xED, 0xEF, 0xF0};
    for (int lead : leads) {
      for (int second = 0; second < 256; second++) {
        for (int third = 0; third < 256; third += 7) {
          byte[] bytes = "12345678...".getBytes(StandardCharsets.US_ASCII);
          bytes[8] = (byte) lead;
          bytes[9] = (byte) second;
          bytes[10] = (byte) third;
          assertThat(isValid(bytes)).isEqualTo(isValidToTheJdk(bytes));
        }
      }
    }
  }

  @Test
  void agreesWithTheJdkOnEveryCodePoint() {
    for (int point = 0; point <= 0x10FFFF; point++) {
      ByteBuf bytes = Unpooled.wrappedBuffer(encode(point));
      boolean surrogate = point >= 0xD800 && point <= 0xDFFF;
      boolean valid = Utf8.isValid(bytes, 0, bytes.readableBytes());
      if (valid != (point != 0 && !surrogate)) {
        assertThat(valid).as("U+%x", point).isEqualTo(point != 0 && !surrogate);
      }
    }
  }

  /** UTF-8 as it would be for any number, surrogates included. */
  private static byte[] encode(int point) {
    if (point < 0x80) {
      return new byte[] {(byte) point};
    }
    if (point < 0x800) {
      return new byte[] {(byte) (0xC0 | point >> 6), continuation(point)};
    }
    if (point < 0x10000) {
      return new byte[] {
        (byte) (0xE0 | point >> 12), continuation(point >> 6), continuation(point)
      };
    }
    return new byte[] {
      (byte) (0xF0 | point >> 18),
      continuation(point >> 12),
      continuation(point >> 6),
      continuation(point)
    };
  }

  private static byte continuation(int bits) {
    return (byte) (0x80 | bits & 0x3F);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 9, 15, 16, 23})
  void zeroIsFoundWhereverItStands(int at) {
    byte[] bytes = "abcdefghijklmnopqrstuvwx".getBytes(StandardCharsets.US_ASCII);
    assertThat(isValid(bytes)).isTrue();
    bytes[at] = 0;
    assertThat(isValid(bytes)).isFalse();
  }

  @Test
  void onlyTheGivenRangeIsLookedAt() {
    ByteBuf bytes = Bytes.hex("00 61 62 ff");
    assertThat(Utf8.isValid(bytes, 1, 2)).isTrue();
    assertThat(Utf8.isValid(bytes, 0, 2)).isFalse();
    assertThat(Utf8.isValid(bytes, 1, 3)).isFalse();
    // The sequence goes on behind the range: what is in the range is cut off.
    assertThat(Utf8.isValid(Bytes.hex("61 c3 a4"), 0, 2)).isFalse();
  }

  @Property
  void whatIsWrittenIsReadAgain(@ForAll String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    if (!isValid(utf8)) {
      return;
    }
    ByteBuf bytes = Unpooled.buffer();
    Utf8.write(bytes, utf8);
    bytes.writeByte(7);
    ByteBuf again = bytes.duplicate();
    assertThat(Utf8.read(bytes, "text")).isEqualTo(new String(utf8, StandardCharsets.UTF_8));
    assertThat(Utf8.skip(again, "text")).isEqualTo(utf8.length);
    assertThat(bytes.readableBytes()).isEqualTo(1);
    assertThat(again.readableBytes()).isEqualTo(1);
  }

  @Test
  void theByteOrderMarkIsKept() {
    assertThat(Utf8.read(Bytes.hex("0004 efbbbf 61"), "text")).isEqualTo("\uFEFFa");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "00", "0001", "000361 62"})
  void whatIsCutOffIsMalformed(String hex) {
    assertRejected(MALFORMED_PACKET, () -> Utf8.read(Bytes.hex(hex), "text"));
    assertRejected(MALFORMED_PACKET, () -> Utf8.skip(Bytes.hex(hex), "text"));
    assertRejected(MALFORMED_PACKET, () -> Utf8.readBytes(Bytes.hex(hex), "bytes"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0001ff", "000100", "0003eda080", "0002c080"})
  void whatIsNotLegalTextIsMalformedButLegalAsBytes(String hex) {
    assertRejected(MALFORMED_PACKET, () -> Utf8.read(Bytes.hex(hex), "text"));
    assertRejected(MALFORMED_PACKET, () -> Utf8.skip(Bytes.hex(hex), "text"));
    assertThat(Utf8.readBytes(Bytes.hex(hex), "bytes")).hasSize(hex.length() / 2 - 2);
  }
}
