package io.nanomq.journal;

import io.nanomq.journal.Disk.DiskFile;
import io.nanomq.journal.Images.Mark;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** Writes an image: what a journal's records say up to a {@link Mark}. Not shared. */
public final class ImageOutput {
  static final long MAGIC = 0x4e6d716d61676531L;
  static final int HEAD_BYTES = 64;
  static final int CHECKED_BYTES = 52;

  /** Another one where what is written is another, or in another order. */
  static final int FORMAT = 1;

  static final int BUFFER_BYTES = 1 << 20;

  private final DiskFile file;
  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final CRC32C crc = new CRC32C();
  private long at = HEAD_BYTES;

  ImageOutput(DiskFile file) {
    this.file = file;
  }

  private void need(int bytes) throws IOException {
    if (buffer.remaining() < bytes) {
      flush();
    }
  }

  private void flush() throws IOException {
    crc.update(buffer.flip());
    buffer.rewind();
    int length = buffer.limit();
    file.write(at, buffer);
    at += length;
    buffer.clear();
  }

  public void writeInt(int value) throws IOException {
    need(Integer.BYTES);
    buffer.putInt(value);
  }

  public void writeLong(long value) throws IOException {
    need(Long.BYTES);
    buffer.putLong(value);
  }

  /** Some numbers of an array, without how many. */
  public void writeInts(int[] from, int offset, int count) throws IOException {
    int most = BUFFER_BYTES / Integer.BYTES;
    for (int done = 0; done < count; ) {
      int some = Math.min(count - done, most);
      need(some * Integer.BYTES);
      buffer.asIntBuffer().put(from, offset + done, some);
      buffer.position(buffer.position() + some * Integer.BYTES);
      done += some;
    }
  }

  /** The first numbers of an array, without how many. */
  public void writeLongs(long[] from, int count) throws IOException {
    int most = BUFFER_BYTES / Long.BYTES;
    for (int done = 0; done < count; ) {
      int some = Math.min(count - done, most);
      need(some * Long.BYTES);
      buffer.asLongBuffer().put(from, done, some);
      buffer.position(buffer.position() + some * Long.BYTES);
      done += some;
    }
  }

  /** A text of at most 65,535 bytes of UTF-8. */
  public void writeString(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    writeInt(bytes.length);
    need(bytes.length);
    buffer.put(bytes);
  }

  /** All is written, and is that of a mark. */
  void end(Mark mark) throws IOException {
    flush();
    buffer.putLong(MAGIC).putInt(FORMAT).putInt((int) crc.getValue()).putLong(at - HEAD_BYTES);
    buffer.putLong(mark.segment()).putLong(mark.frame());
    buffer.putInt(mark.frameAt()).putInt(mark.end()).putInt(mark.check());
    crc.reset();
    crc.update(buffer.duplicate().flip());
    buffer.putInt((int) crc.getValue());
    buffer.position(HEAD_BYTES);
    file.write(0, buffer.flip());
  }
}
