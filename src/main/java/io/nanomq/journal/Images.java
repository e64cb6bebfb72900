package io.nanomq.journal;

import io.nanomq.journal.Disk.DiskFile;
import java.io.IOException;
import java.util.zip.CRC32C;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The image of a journal: what its records say up to a {@link Mark}, in a file beside the segments,
 * so that the next process makes nothing of the segments but what comes behind: it only looks
 * whether they are whole. The file is made safe by nothing but its checksum, and is used where the
 * frame stands in the journal that the mark tells; else it is removed. Used by one thread.
 */
final class Images {
  static final String NAME = "image";

  /**
   * A point of a journal up to which all is safe, told by the last frame ahead of it.
   *
   * @param segment number of its segment
   * @param frameAt where the frame begins there, in bytes
   * @param end where it ends, with what aligns the next one
   * @param frame its number
   * @param check CRC32C of its records
   */
  record Mark(long segment, int frameAt, int end, long frame, int check) {
    /** None: all is behind it. */
    static final Mark NONE = new Mark(0, 0, 0, 0, 0);
  }

  private static final Logger LOG = Logger.getLogger(Images.class);

  /** An image is worth less than the last room on a disk. */
  private static final long LEFT_FREE = 512L << 20;

  private static final int WINDOW_BYTES = 64 * 1024;

  /** After so much, and a moment of rest, there is to be another one. */
  private static final long BYTES_BETWEEN = 64L << 20;

  private static final long REST_NANOS = 1_000_000_000;

  private final Disk disk;
  // Of the last frame.
  private long segment;
  private int frameAt;
  private long bytesSince;
  private long lastWorkNanos = System.nanoTime();

  Images(Disk disk) {
    this.disk = disk;
  }

  /** Opens the image; null = there is none that can be used. */
  @Nullable ImageInput open() throws IOException {
    if (!disk.names().contains(NAME)) {
      return null;
    }
    DiskFile file = disk.open(NAME);
    ImageInput image = ImageInput.of(file);
    if (image == null) {
      file.close();
    }
    return image;
  }

  /** So much is in the journal that is in no image. */
  void wrote(long bytes) {
    bytesSince += bytes;
  }

  /** The last frame that was written begins there. */
  void frame(long ofSegment, int at) {
    segment = ofSegment;
    frameAt = at;
  }

  /**
   * Whether one is to be written now, while nobody waits: it takes a third of a second for two
   * million messages.
   *
   * @param worked whether there is something else to do
   */
  boolean isDue(boolean worked) {
    long now = System.nanoTime();
    lastWorkNanos = worked ? now : lastWorkNanos;
    return bytesSince >= BYTES_BETWEEN && now - lastWorkNanos >= REST_NANOS;
  }

  /**
   * Writes what the records say, all of which are safe.
   *
   * @param last number of the segment that is written to; it has a frame, or there is no image
   */
  void write(RecordHandler contents, long last) {
    bytesSince = 0;
    if (last != segment || !contents.hasImage() || disk.freeBytes() < LEFT_FREE) {
      return;
    }
    try {
      Mark mark = mark();
      // Not in place of the one before: some file systems wait for the bytes of what is replaced.
      disk.delete(NAME);
      try (DiskFile file = disk.create(NAME, 0)) {
        ImageOutput out = new ImageOutput(file);
        contents.write(out);
        out.end(mark);
      }
    } catch (IOException | RuntimeException failed) {
      LOG.debugf(failed, "No image of the journal in %s could be written", disk);
      remove();
    }
  }

  private void remove() {
    try {
      disk.delete(NAME);
    } catch (IOException failed) {
      LOG.debug("What was written of an image could not be removed", failed);
    }
  }

  /** There is none from now on. */
  void forget() throws IOException {
    if (disk.names().contains(NAME)) {
      disk.delete(NAME);
    }
  }

  private Mark mark() throws IOException {
    try (FrameReader in = new FrameReader(disk, WINDOW_BYTES)) {
      int length = in.read(segment, frameAt);
      return new Mark(
          segment, frameAt, frameAt + Frame.size(length), in.number(), check(in, length));
    }
  }

  /** Whether the journal has the frame that a mark tells. */
  boolean isThere(Mark mark) throws IOException {
    try (FrameReader in = new FrameReader(disk, WINDOW_BYTES)) {
      int length = in.find(mark.segment(), mark.frameAt());
      return length >= 0
          && in.number() == mark.frame()
          && mark.frameAt() + Frame.size(length) == mark.end()
          && check(in, length) == mark.check();
    }
  }

  private static int check(FrameReader in, int length) {
    CRC32C crc = new CRC32C();
    crc.update(in.records(), 0, length);
    return (int) crc.getValue();
  }
}
