package io.nanomq.journal;

import io.nanomq.journal.Frame.Found;
import io.nanomq.journal.Frame.Head;
import java.nio.ByteBuffer;
import org.jboss.logging.Logger;

/** Reads one segment, frame by frame, as far as it is whole. */
final class SegmentScan {
  private static final Logger LOG = Logger.getLogger(SegmentScan.class);

  private final String file;
  private final long segment;
  private final ByteBuffer bytes;
  private int at = Frame.HEAD_BYTES;
  private long lastFrame;
  private byte[] records = new byte[4096];

  SegmentScan(String file, long segment, ByteBuffer bytes) throws JournalException {
    this.file = file;
    this.segment = segment;
    this.bytes = bytes;
    Head head = Frame.readHead(bytes, file);
    lastFrame = head == null ? 0 : head.firstNumber() - 1;
  }

  long segment() {
    return segment;
  }

  int position() {
    return at;
  }

  /** All up to {@link #position}. */
  ByteBuffer validBytes() {
    return bytes.duplicate().position(0).limit(at);
  }

  long lastFrame() {
    return lastFrame;
  }

  /** Reads to the last frame that is whole; nothing says where the segment ends. */
  void readToEnd(RecordHandler contents) throws JournalException {
    while (readNext(contents)) {
      // Goes on behind it.
    }
    refuseWhereSynced(at, lastFrame + 1);
    if (bytes.limit() - at >= Frame.OVERHEAD_BYTES && bytes.getLong(at + 8) == segment) {
      LOG.warnf(
          "The end of %s was torn at byte %d when the process or the machine ended: what had not"
              + " been acknowledged yet is cut off",
          file, at);
    }
  }

  /** A frame that is bad is damaged where a later one says that it was safe, else torn. */
  void refuseWhereSynced(int from, long missingFrame) throws JournalException {
    for (int i = from; i <= bytes.limit() - Frame.OVERHEAD_BYTES; i += Frame.ALIGNMENT) {
      if (bytes.getLong(i + 8) != segment) {
        continue;
      }
      Found found = Frame.read(bytes, i, segment);
      if (found != null && found.synced() >= missingFrame) {
        throw JournalException.corrupt(file, from, "a frame is not as it was written");
      }
    }
  }

  private boolean readNext(RecordHandler contents) {
    Found found = Frame.read(bytes, at, segment);
    if (found == null || found.number() != lastFrame + 1) {
      return false;
    }
    copy(found);
    contents.apply(segment, at, records, found.length());
    lastFrame = found.number();
    at += Frame.size(found.length());
    return true;
  }

  private void copy(Found found) {
    if (records.length < found.length()) {
      records = new byte[found.length()];
    }
    bytes.get(at + Frame.OVERHEAD_BYTES, records, 0, found.length());
  }
}
