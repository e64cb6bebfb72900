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
    need(10);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes[length++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[length++] = (byte) rest;
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
    length = at;
    writeVar(value);
    length = end;
  }

  /** Puts the number at a place that was written before. */
  public void setInt(int at, int value) {
    INT.set(bytes, at, value);
  }
}
