package io.nanomq.journal;

import io.nanomq.journal.Disk.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jboss.logging.Logger;

/** Reads one segment, frame by frame, as far as it is whole. */
final class SegmentScan implements Closeable {
  private static final Logger LOG = Logger.getLogger(SegmentScan.class);

  private static final int WINDOW_BYTES = 1 << 20;

  /** Where in a frame the number of its segment stands. */
  private static final int SEGMENT_AT = 8;

  private final String name;
  private final long segment;
  private final DiskFile file;
  private final int size;
  private final FrameReader frames;
  private int at;
  private long lastFrame;

  /**
   * @param from where to begin, in bytes
   * @param lastFrame number of the last frame ahead of that
   */
  SegmentScan(Disk disk, long segment, int from, long lastFrame) throws IOException {
    this.at = from;
    this.name = Segments.name(segment);
    this.segment = segment;
    this.lastFrame = lastFrame;
    this.frames = new FrameReader(disk, WINDOW_BYTES);
    this.file = disk.open(name);
    this.size = (int) file.size();
  }

  int position() {
    return at;
  }

  long lastFrame() {
    return lastFrame;
  }

  /** Reads to the last frame that is whole; nothing says where the segment ends. */
  void readToEnd(RecordHandler contents) throws IOException {
    while (readNext(contents)) {
      // Goes on behind it.
    }
    refuseWhereSynced(at, lastFrame + 1);
    ByteBuffer number = ByteBuffer.allocate(Long.BYTES);
    if (size - at >= Frame.OVERHEAD_BYTES) {
      file.read(at + SEGMENT_AT, number);
    }
    if (number.getLong(0) == segment) {
      LOG.warnf(
          "The end of %s was torn at byte %d when the process or the machine ended: what had not"
              + " been acknowledged yet is cut off",
          name, at);
    }
  }

  private boolean readNext(RecordHandler contents) throws IOException {
    int length = frames.find(segment, at);
    if (length < 0 || frames.number() != lastFrame + 1) {
      return false;
    }
    contents.apply(segment, at, frames.records(), length);
    lastFrame = frames.number();
    at += Frame.size(length);
    return true;
  }

  /** A frame that is bad is damaged where a later one says that it was safe, else torn. */
  void refuseWhereSynced(int from, long missingFrame) throws IOException {
    ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES);
    for (int start = from; start <= size - Frame.OVERHEAD_BYTES; ) {
      file.read(start, window.clear().limit(Math.min(WINDOW_BYTES, size - start)));
      int last = window.limit() - Frame.OVERHEAD_BYTES & -Frame.ALIGNMENT;
      for (int i = 0; i <= last; i += Frame.ALIGNMENT) {
        if (window.getLong(i + SEGMENT_AT) == segment && isSynced(start + i, missingFrame)) {
          throw JournalException.corrupt(name, from, "a frame is not as it was written");
        }
      }
      start += last + Frame.ALIGNMENT;
    }
  }

  private boolean isSynced(int frame, long missingFrame) throws IOException {
    return frames.find(segment, frame) >= 0 && frames.synced() >= missingFrame;
  }

  /**
   * What the process before has written may be seen and not be safe, even where it was forced and
   * that failed: it is written once more, since it is relied on from now on.
   *
   * @param from where that begins, in bytes: what an image has was safe
   */
  void makeSafe(int from) throws IOException {
    if (from == at && from > Frame.HEAD_BYTES) {
      return;
    }
    ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES);
    for (int start = from == Frame.HEAD_BYTES ? 0 : from; start < at; start += window.limit()) {
      file.read(start, window.clear().limit(Math.min(WINDOW_BYTES, at - start)));
      file.write(start, window.flip());
    }
    file.force();
  }

  @Override
  public void close() throws IOException {
    frames.close();
    file.close();
  }
}
