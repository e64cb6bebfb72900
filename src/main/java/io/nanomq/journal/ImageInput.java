package io.nanomq.journal;

import io.nanomq.journal.Disk.DiskFile;
import io.nanomq.journal.Images.Mark;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Reads what {@link ImageOutput} has written, all of which was checked before. Not shared. */
public final class ImageInput implements Closeable {
  private final DiskFile file;
  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(ImageOutput.BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private Mark mark = Mark.NONE;
  private long at;
  private long end;

  private ImageInput(DiskFile file) {
    this.file = file;
  }

  /** Null = it is not whole, or of another version. */
  static @Nullable ImageInput of(DiskFile file) throws IOException {
    ImageInput image = new ImageInput(file);
    return image.check() ? image : null;
  }

  private boolean check() throws IOException {
    if (file.size() < ImageOutput.HEAD_BYTES) {
      return false;
    }
    file.read(0, buffer.limit(ImageOutput.HEAD_BYTES));
    buffer.flip();
    CRC32C crc = new CRC32C();
    crc.update(buffer.duplicate().limit(ImageOutput.CHECKED_BYTES));
    boolean isOurs =
        buffer.getLong() == ImageOutput.MAGIC
            && buffer.getInt() == ImageOutput.FORMAT
            && buffer.getInt(ImageOutput.CHECKED_BYTES) == (int) crc.getValue();
    if (!isOurs) {
      return false;
    }
    int body = buffer.getInt();
    end = ImageOutput.HEAD_BYTES + buffer.getLong();
    long segment = buffer.getLong();
    long frame = buffer.getLong();
    mark = new Mark(segment, buffer.getInt(), buffer.getInt(), frame, buffer.getInt());
    return file.size() == end && body == crcOfBody();
  }

  private int crcOfBody() throws IOException {
    CRC32C crc = new CRC32C();
    begin();
    while (at < end) {
      fill();
      crc.update(buffer);
    }
    begin();
    return (int) crc.getValue();
  }

  private void begin() {
    at = ImageOutput.HEAD_BYTES;
    buffer.position(0).limit(0);
  }

  Mark mark() {
    return mark;
  }

  /** Reads on behind what is left in the buffer. */
  private void fill() throws IOException {
    buffer.compact();
    buffer.limit((int) Math.min(buffer.capacity(), buffer.position() + end - at));
    int from = buffer.position();
    file.read(at, buffer);
    at += buffer.position() - from;
    buffer.flip();
  }

  private void need(int bytes) throws IOException {
    if (buffer.remaining() < bytes) {
      fill();
    }
  }

  public int readInt() throws IOException {
    need(Integer.BYTES);
    return buffer.getInt();
  }

  public long readLong() throws IOException {
    need(Long.BYTES);
    return buffer.getLong();
  }

  public void readInts(int[] to, int count) throws IOException {
    for (int done = 0; done < count; ) {
      need(Integer.BYTES);
      int some = Math.min(count - done, buffer.remaining() / Integer.BYTES);
      buffer.asIntBuffer().get(to, done, some);
      buffer.position(buffer.position() + some * Integer.BYTES);
      done += some;
    }
  }

  public void readLongs(long[] to, int count) throws IOException {
    for (int done = 0; done < count; ) {
      need(Long.BYTES);
      int some = Math.min(count - done, buffer.remaining() / Long.BYTES);
      buffer.asLongBuffer().get(to, done, some);
      buffer.position(buffer.position() + some * Long.BYTES);
      done += some;
    }
  }

  public String readString() throws IOException {
    byte[] bytes = new byte[readInt()];
    need(bytes.length);
    buffer.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
