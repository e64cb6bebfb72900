package io.nanomq.journal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes of records, growing as they are written. Not shared. */
public final class RecordBuffer {
  private byte[] bytes;
  private int length;

  public RecordBuffer(int capacity) {
    bytes = new byte[capacity];
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

  public void clear() {
    length = 0;
  }

  private void need(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }

  public void writeByte(int value) {
    need(1);
    bytes[length++] = (byte) value;
  }

  public void writeInt(int value) {
    need(4);
    for (int shift = 24; shift >= 0; shift -= 8) {
      bytes[length++] = (byte) (value >>> shift);
    }
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
    for (int i = 0; i < 4; i++) {
      bytes[at + i] = (byte) (value >>> 24 - 8 * i);
    }
  }
}
