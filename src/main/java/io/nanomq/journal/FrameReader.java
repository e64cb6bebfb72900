package io.nanomq.journal;

import io.nanomq.journal.Disk.DiskFile;
import io.nanomq.journal.Frame.Found;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Reads frames of any segments again, each checked. Not shared; one file is open at a time. */
public final class FrameReader implements Closeable {
  /** A longer frame gets a buffer of its own, which is not kept for the next files. */
  private static final int MOST_KEPT_BYTES = 1 << 20;

  private static final int FEW_BYTES = 4096;

  private final Disk disk;
  private final int windowBytes;
  private ByteBuffer window;
  private byte[] records = new byte[FEW_BYTES];
  private @Nullable DiskFile file;
  private long segment;
  // Where in the segment the window begins.
  private int start;
  private long number;
  private long synced;

  /**
   * @param windowBytes so much is read at once, if the frame is not longer
   */
  FrameReader(Disk disk, int windowBytes) {
    this.disk = disk;
    this.windowBytes = windowBytes;
    this.window = ByteBuffer.allocate(windowBytes).limit(0);
  }

  /** The same for one segment, whose file is open and is not closed here. */
  FrameReader(Disk disk, int windowBytes, long segment, DiskFile file) {
    this(disk, windowBytes);
    this.segment = segment;
    this.file = file;
  }

  /**
   * Goes through the frames of a segment.
   *
   * @param end where the last one ends, in bytes
   */
  void forEach(long ofSegment, int end, Snapshot.Visitor visitor) throws IOException {
    for (int at = Frame.HEAD_BYTES; at < end; ) {
      int length = read(ofSegment, at);
      visitor.visit(ofSegment, records, length);
      at += Frame.size(length);
    }
  }

  /** The records that were read last; longer than they are. */
  public byte[] records() {
    return records;
  }

  /** The number of the frame that was read last. */
  long number() {
    return number;
  }

  /** The highest number that was safe when that frame was written. */
  long synced() {
    return synced;
  }

  /**
   * Reads a frame.
   *
   * @param at where it begins in its segment, in bytes
   * @return bytes of its {@link #records}
   * @throws JournalException where it is not as it was written
   */
  public int read(long ofSegment, int at) throws IOException {
    int length = find(ofSegment, at);
    if (length < 0) {
      throw JournalException.corrupt(
          Segments.name(segment), at, "a frame is not as it was written");
    }
    return length;
  }

  /** The same; -1 where there is none, or not a whole one. */
  int find(long ofSegment, int at) throws IOException {
    Found found = null;
    if (ofSegment == segment && at >= start && at < start + window.limit()) {
      found = Frame.read(window, at - start, segment);
    }
    if (found == null) {
      load(ofSegment, at, windowBytes);
      found = Frame.read(window, 0, segment);
    }
    if (found == null && isLonger()) {
      load(ofSegment, at, Frame.size(length()));
      found = Frame.read(window, 0, segment);
    }
    if (found == null) {
      return -1;
    }
    if (records.length < found.length()) {
      records = new byte[found.length()];
    }
    window.get(at - start + Frame.OVERHEAD_BYTES, records, 0, found.length());
    number = found.number();
    synced = found.synced();
    return found.length();
  }

  /** Whether a frame of that segment begins with the window, and says that it is longer. */
  private boolean isLonger() {
    return window.limit() >= Frame.OVERHEAD_BYTES
        && window.getLong(Long.BYTES) == segment
        && length() > window.limit() - Frame.OVERHEAD_BYTES;
  }

  private int length() {
    return Math.min(window.getInt(0), 1 << 30);
  }

  private void load(long ofSegment, int at, int bytes) throws IOException {
    DiskFile from = file;
    window.limit(0);
    if (from == null || ofSegment != segment) {
      closeFile();
      segment = ofSegment;
      from = disk.open(Segments.name(ofSegment));
      file = from;
    }
    // A length that was damaged may be anything.
    int most = (int) Math.min(bytes, Math.max(0, from.size() - at));
    if (most > window.capacity()) {
      window = ByteBuffer.allocate(most);
    }
    window.clear().limit(most);
    start = at;
    from.read(at, window);
    window.flip();
  }

  /** Closes the file: what was read of it is forgotten, and more may be read of it or another. */
  @Override
  public void close() throws IOException {
    window.limit(0);
    if (window.capacity() > MOST_KEPT_BYTES) {
      window = ByteBuffer.allocate(windowBytes).limit(0);
    }
    if (records.length > MOST_KEPT_BYTES) {
      records = new byte[FEW_BYTES];
    }
    closeFile();
  }

  private void closeFile() throws IOException {
    DiskFile open = file;
    file = null;
    segment = 0;
    if (open != null) {
      open.close();
    }
  }
}
