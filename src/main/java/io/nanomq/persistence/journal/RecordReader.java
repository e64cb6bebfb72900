package io.nanomq.persistence.journal;

import io.nanomq.journal.RecordBuffer;
import io.nanomq.journal.RecordBuffer.VarNumber;
import io.nanomq.persistence.GroupName;
import io.nanomq.persistence.journal.topic.TopicFingerprint;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads records, one after the other; what a checksum has vouched for is not doubted. */
final class RecordReader {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final byte[] NOTHING = {};

  private final byte[] bytes;
  private final int limit;
  private int start;
  private int end;
  private int at;
  private int type;

  RecordReader(byte[] bytes, int length) {
    this.bytes = bytes;
    this.limit = length;
  }

  /** Reads values that stand without a record. */
  static RecordReader ofValues(byte[] values) {
    RecordReader reader = new RecordReader(values, values.length);
    reader.end = values.length;
    return reader;
  }

  /** Goes to the next record; false = there is none. */
  boolean next() {
    at = end;
    if (at >= limit) {
      return false;
    }
    start = at;
    int head = bytes[at++];
    type = head & Records.LARGE - 1;
    int length = head < 0 ? readInt() : bytes[at++] & 0xff;
    end = at + length;
    return true;
  }

  int type() {
    return type;
  }

  /** Bytes of the record. */
  int size() {
    return end - start;
  }

  void copyTo(RecordBuffer to) {
    to.writeBytes(bytes, start, end - start);
  }

  /** What is left of the record, as it is. */
  void copyRestTo(RecordBuffer to) {
    to.writeBytes(bytes, at, end - at);
  }

  /** What is left of the record. */
  byte[] rest() {
    return Arrays.copyOfRange(bytes, at, end);
  }

  int readByte() {
    return bytes[at++];
  }

  int readInt() {
    int value = (int) INT.get(bytes, at);
    at += Integer.BYTES;
    return value;
  }

  private long readLong() {
    return (long) readInt() << 32 | readInt() & 0xffff_ffffL;
  }

  GroupName readGroup() {
    return GroupName.of(readLong(), readLong());
  }

  void skipGroup() {
    at += GroupName.BYTES;
  }

  long readVar() {
    long value = VarNumber.read(bytes, at);
    at += VarNumber.bytes(value);
    return value;
  }

  byte[] readArray() {
    int length = readInt();
    at += length;
    return length == 0 ? NOTHING : Arrays.copyOfRange(bytes, at - length, at);
  }

  /**
   * Passes by an array if it is that one.
   *
   * @return whether it is
   */
  boolean skipArray(byte[] likely) {
    int begin = at + Integer.BYTES;
    int stop = begin + likely.length;
    boolean isIt =
        (int) INT.get(bytes, at) == likely.length
            && Arrays.equals(bytes, begin, stop, likely, 0, likely.length);
    at = isIt ? stop : at;
    return isIt;
  }

  String readString() {
    int length = readInt();
    at += length;
    return new String(bytes, at - length, length, StandardCharsets.UTF_8);
  }

  /** Passes by a string, of which only the hash is wanted. */
  void hashString(TopicFingerprint to) {
    int length = readInt();
    to.of(bytes, at, length);
    at += length;
  }

  void skipString() {
    int length = readInt();
    at += length;
  }

  @Nullable String readOptional() {
    return readByte() == 0 ? null : readString();
  }

  /** The same, as the very string that it most likely is. */
  @Nullable String readOptional(@Nullable String likely) {
    int start = at;
    if (readByte() == 0) {
      return null;
    }
    if (likely != null && isAscii(likely, readInt())) {
      at += likely.length();
      return likely;
    }
    at = start;
    return readOptional();
  }

  /** Whether a string of ASCII characters stands here. */
  private boolean isAscii(String text, int length) {
    boolean isIt = text.length() == length;
    for (int i = 0; isIt && i < length; i++) {
      isIt = bytes[at + i] >= 0 && bytes[at + i] == text.charAt(i);
    }
    return isIt;
  }
}
