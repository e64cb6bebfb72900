package io.nanomq.persistence.journal;

import io.nanomq.journal.FrameReader;
import java.io.Closeable;
import java.io.IOException;

/** Finds records again by their frames; most often the next one stands behind the one before. */
final class RecordFinder implements Closeable {
  private static final RecordReader NOTHING = new RecordReader(new byte[0], 0);

  private final FrameReader in;
  private RecordReader reader = NOTHING;
  private int length;
  private long segment;
  private int frame;

  RecordFinder(FrameReader in) {
    this.in = in;
  }

  /**
   * The record of a message, read up to the number.
   *
   * @throws IOException where it cannot be read, or is not there
   */
  RecordReader message(long ofSegment, int at, long number) throws IOException {
    return find(ofSegment, at, RecordType.MESSAGE, number, 0);
  }

  /** The record that queues a message, read up to the sequence. */
  RecordReader queued(long ofSegment, int at, long session, long sequence) throws IOException {
    return find(ofSegment, at, RecordType.QUEUED, session, sequence);
  }

  private RecordReader find(long ofSegment, int at, int type, long first, long second)
      throws IOException {
    if (ofSegment != segment || at != frame) {
      segment = 0;
      length = in.read(ofSegment, at);
      segment = ofSegment;
      frame = at;
      reader = new RecordReader(in.records(), length);
    } else if (goTo(type, first, second)) {
      return reader;
    } else {
      reader = new RecordReader(in.records(), length);
    }
    if (!goTo(type, first, second)) {
      throw new IOException(
          "no record of type %d of %d is at byte %d of segment %d"
              .formatted(type, first, at, ofSegment));
    }
    return reader;
  }

  private boolean goTo(int type, long first, long second) {
    boolean isPair = type == RecordType.QUEUED;
    while (reader.next()) {
      if (reader.type() == type
          && reader.readVar() == first
          && (!isPair || reader.readVar() == second)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() throws IOException {
    segment = 0;
    reader = NOTHING;
    in.close();
  }
}
