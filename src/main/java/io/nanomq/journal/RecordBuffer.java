package io.nanomq.journal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Bytes of records, growing as they are written. Not shared. */
public final class RecordBuffer {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private static final byte[] NONE = {};

  /** Bytes that the longest number takes. */
  private static final int MOST_VAR_BYTES = 10;

  private static final int MOST_GROWTH = 256 * 1024;
  private static final int SLACK = 64;
  private static final int SLACK_PART = 32;

  private final SpareArrays spare;
  private byte[] bytes;
  private int length;
  private long largeBytes;

  public RecordBuffer(int capacity) {
    this(capacity, new SpareArrays());
  }

  /**
   * @param spare where its arrays come from and go to
   */
  public RecordBuffer(int capacity, SpareArrays spare) {
    this.spare = spare;
    bytes = spare.take(capacity);
  }

  /** Nobody needs its bytes any more. */
  void end() {
    spare.give(bytes);
    bytes = NONE;
    length = 0;
  }

  public byte[] bytes() {
    return bytes;
  }

  public int length() {
    return length;
  }

  public boolean isEmpty() {
    return length == 0;
  }

  /** Bytes of arrays that {@link JournalConf#isLarge}. */
  long largeBytes() {
    return largeBytes;
  }

  public void clear() {
    length = 0;
    largeBytes = 0;
  }

  private void need(int more) {
    if (bytes.length - length < more) {
      byte[] larger = spare.take(grown(length + more));
      System.arraycopy(bytes, 0, larger, 0, length);
      spare.give(bytes);
      bytes = larger;
    }
  }

  /** Twice as many, or a few more than a large message takes: what follows it is small. */
  private int grown(int least) {
    int twice = Math.max(bytes.length, Math.min(bytes.length * 2, bytes.length + MOST_GROWTH));
    return Math.max(twice, least + SLACK + least / SLACK_PART);
  }

  public void writeByte(int value) {
    need(1);
    bytes[length++] = (byte) value;
  }

  public void writeInt(int value) {
    need(Integer.BYTES);
    INT.set(bytes, length, value);
    length += Integer.BYTES;
  }

  public void writeLong(long value) {
    writeInt((int) (value >>> 32));
    writeInt((int) value);
  }

  /** Seven bits a byte, the lowest first: small numbers take few. */
  public void writeVar(long value) {
    need(MOST_VAR_BYTES);
    length = VarNumber.write(value, bytes, length);
  }

  public void writeBytes(byte[] from, int offset, int count) {
    need(count);
    System.arraycopy(from, offset, bytes, length, count);
    length += count;
  }

  /** Length in four bytes, then the bytes. */
  public void writeArray(byte[] value) {
    writeInt(value.length);
    writeBytes(value, 0, value.length);
    if (JournalConf.isLarge(value.length)) {
      largeBytes += value.length;
    }
  }

  public void writeString(String text) {
    writeArray(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Puts a byte at a place that was written before. */
  public void setByte(int at, int value) {
    bytes[at] = (byte) value;
  }

  /** Puts a number in place of one that takes one byte: what stands behind it moves. */
  public void replaceVar(int at, long value) {
    int more = (63 - Long.numberOfLeadingZeros(value | 1)) / 7;
    need(more);
    System.arraycopy(bytes, at + 1, bytes, at + 1 + more, length - at - 1);
    int end = length + more;
    VarNumber.writeAlone(value, bytes, at);
    length = end;
  }

  /** Puts the number at a place that was written before. */
  public void setInt(int at, int value) {
    INT.set(bytes, at, value);
  }

  /**
   * Numbers of seven bits a byte, the lowest first; all bytes but the last have their highest bit
   * set. Up to eight of them are written and read as one: a message has a dozen of such numbers.
   */
  public static final class VarNumber {
    private static final VarHandle LONG =
        MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long HIGHEST_BITS = 0x8080_8080_8080_8080L;

    private VarNumber() {}

    /**
     * Writes a number, and anything behind it.
     *
     * @param to has ten bytes from there on
     * @return where the number ends
     */
    static int write(long value, byte[] to, int at) {
      if ((value & ~0x7fL) == 0) {
        to[at] = (byte) value;
        return at + 1;
      }
      int bits = Long.SIZE - Long.numberOfLeadingZeros(value);
      if (bits > 56) {
        return writeAlone(value, to, at);
      }
      int bytes = (bits + 6) / 7;
      long more = HIGHEST_BITS & (1L << 8 * (bytes - 1)) - 1;
      LONG.set(to, at, spread(value) | more);
      return at + bytes;
    }

    /**
     * Writes a number, and nothing behind it.
     *
     * @return where it ends
     */
    static int writeAlone(long value, byte[] to, int from) {
      int at = from;
      long rest = value;
      while ((rest & ~0x7fL) != 0) {
        to[at++] = (byte) (rest | 0x80);
        rest >>>= 7;
      }
      to[at++] = (byte) rest;
      return at;
    }

    /** Puts a bit of zero ahead of each seven. */
    private static long spread(long value) {
      long fours = value & 0x0fff_ffffL | (value & 0x00ff_ffff_f000_0000L) << 4;
      long twos = fours & 0x0000_3fff_0000_3fffL | (fours & 0x0fff_c000_0fff_c000L) << 2;
      return twos & 0x007f_007f_007f_007fL | (twos & 0x3f80_3f80_3f80_3f80L) << 1;
    }

    private static long join(long bytes) {
      long twos = bytes & 0x007f_007f_007f_007fL | (bytes & 0x7f00_7f00_7f00_7f00L) >>> 1;
      long fours = twos & 0x0000_3fff_0000_3fffL | (twos & 0x3fff_0000_3fff_0000L) >>> 2;
      return fours & 0x0fff_ffffL | (fours & 0x0fff_ffff_0000_0000L) >>> 4;
    }

    /** The number that stands there. */
    public static long read(byte[] from, int at) {
      byte first = from[at];
      if (first >= 0) {
        return first;
      }
      if (from.length - at >= Long.BYTES) {
        long bytes = (long) LONG.get(from, at);
        long end = Long.lowestOneBit(~bytes & HIGHEST_BITS);
        if (end != 0) {
          // What is below the bit that ends it.
          return join(bytes & end - 1);
        }
      }
      return readLongest(from, at);
    }

    private static long readLongest(byte[] bytes, int from) {
      int at = from;
      byte next = bytes[at++];
      long value = next & 0x7fL;
      for (int shift = 7; next < 0; shift += 7) {
        next = bytes[at++];
        value |= (next & 0x7fL) << shift;
      }
      return value;
    }

    /** Bytes that a number takes. */
    public static int bytes(long value) {
      return (Long.SIZE + 6 - Long.numberOfLeadingZeros(value | 1)) / 7;
    }
  }
}
