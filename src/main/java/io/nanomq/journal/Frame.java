package io.nanomq.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * How records stand in a segment. A segment begins with a head: magic, format, CRC32C, its number,
 * the number of the segment before, where that one ends, and the number of its first frame. A frame
 * is its length, CRC32C of all that follows, the number of its segment, which tells it from bytes
 * of an earlier use of the file, its own number, the highest frame number that was safe when it was
 * written, and records. All numbers are big-endian.
 */
final class Frame {
  static final int HEAD_BYTES = 64;
  static final int OVERHEAD_BYTES = 32;
  static final int FORMAT = 1;

  /** Frames begin at multiples of it, so that one can be looked for. */
  static final int ALIGNMENT = 8;

  private static final long MAGIC = 0x4e6d714a726e6c31L;
  private static final int CRC_AT = 12;
  private static final int CHECKED_FROM = 8;

  /**
   * What a segment says of itself.
   *
   * @param previous number of the segment before, 0 = none
   * @param previousEnd bytes of that one that are valid
   */
  record Head(long segment, long previous, long previousEnd, long firstNumber) {}

  /** The head of a frame that is whole. */
  record Found(int length, long number, long synced) {}

  private Frame() {}

  static void writeHead(ByteBuffer out, Head head) {
    int start = out.position();
    out.putLong(MAGIC).putInt(FORMAT).putInt(0);
    out.putLong(head.segment).putLong(head.previous);
    out.putLong(head.previousEnd).putLong(head.firstNumber);
    out.putInt(start + CRC_AT, rangeCrc(out, start + 16, start + 48));
    out.position(start + HEAD_BYTES);
  }

  /** Null = that is none, or not a whole one. */
  static @Nullable Head readHead(ByteBuffer in, String file) throws JournalException {
    if (in.limit() < HEAD_BYTES || in.getLong(0) != MAGIC) {
      return null;
    }
    if (in.getInt(CRC_AT) != rangeCrc(in, 16, 48)) {
      return null;
    }
    if (in.getInt(8) != FORMAT) {
      throw new JournalException(
          "%s has format %d, this version reads format %d: use the version that wrote it"
              .formatted(file, in.getInt(8), FORMAT));
    }
    return new Head(in.getLong(16), in.getLong(24), in.getLong(32), in.getLong(40));
  }

  /** Bytes that so many bytes of records take. */
  static int size(int records) {
    int size = OVERHEAD_BYTES + records;
    return size + ALIGNMENT - 1 & -ALIGNMENT;
  }

  static void write(
      ByteBuffer out, long segment, long number, long synced, byte[] records, int length) {
    int start = out.position();
    out.putInt(length).putInt(0).putLong(segment).putLong(number).putLong(synced);
    out.put(records, 0, length);
    out.putInt(start + 4, frameCrc(out, start, length));
    while (out.position() < start + size(length)) {
      out.put((byte) 0);
    }
  }

  /**
   * The frame of that segment at that place; null = there is none, or not a whole one.
   *
   * @param in the segment's bytes
   */
  static @Nullable Found read(ByteBuffer in, int at, long segment) {
    if (in.limit() - at < OVERHEAD_BYTES || in.getLong(at + CHECKED_FROM) != segment) {
      return null;
    }
    int length = in.getInt(at);
    if (length <= 0 || length > in.limit() - at - OVERHEAD_BYTES) {
      return null;
    }
    if (in.getInt(at + 4) != frameCrc(in, at, length)) {
      return null;
    }
    return new Found(length, in.getLong(at + 16), in.getLong(at + 24));
  }

  private static int rangeCrc(ByteBuffer bytes, int from, int to) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate().limit(to).position(from));
    return (int) crc.getValue();
  }

  private static int frameCrc(ByteBuffer bytes, int frame, int length) {
    CRC32C crc = new CRC32C();
    for (int shift = 24; shift >= 0; shift -= 8) {
      crc.update(length >>> shift);
    }
    crc.update(bytes.duplicate().limit(frame + OVERHEAD_BYTES + length).position(frame + 8));
    return (int) crc.getValue();
  }
}
