package io.nanomq.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.journal.RecordBuffer.VarNumber;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class VarNumberTest {
  private static final int OFFSET = 3;

  /** One byte after the other, as the format says it. */
  private static byte[] plain(long value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    long rest = value;
    while (rest >>> 7 != 0) {
      bytes.write((int) (rest | 0x80));
      rest >>>= 7;
    }
    bytes.write((int) rest);
    return bytes.toByteArray();
  }

  private static void check(long value) {
    byte[] expected = plain(value);
    int end = OFFSET + expected.length;
    assertThat(VarNumber.bytes(value)).isEqualTo(expected.length);

    byte[] written = new byte[OFFSET + 10];
    assertThat(VarNumber.write(value, written, OFFSET)).isEqualTo(end);
    assertThat(Arrays.copyOfRange(written, OFFSET, end)).isEqualTo(expected);
    Arrays.fill(written, end, written.length, (byte) -1);
    assertThat(VarNumber.read(written, OFFSET)).as("ahead of others").isEqualTo(value);

    byte[] alone = new byte[OFFSET + 11];
    Arrays.fill(alone, (byte) 99);
    assertThat(VarNumber.writeAlone(value, alone, OFFSET)).isEqualTo(end);
    assertThat(Arrays.copyOfRange(alone, OFFSET, end)).isEqualTo(expected);
    assertThat(alone[end]).as("what stands behind it").isEqualTo((byte) 99);
    assertThat(VarNumber.read(Arrays.copyOf(alone, end), OFFSET)).as("the last").isEqualTo(value);
  }

  @Test
  void isWhatTheFormatSaysForEachLength() {
    for (int bits = 0; bits < Long.SIZE; bits++) {
      long one = 1L << bits;
      check(one - 1);
      check(one);
      check(one | one >>> 1 | 1);
    }
    check(-1);
  }

  @Property(tries = 2_000)
  void isWhatTheFormatSays(@ForAll long value) {
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      check(value >>> shift);
    }
  }
}
