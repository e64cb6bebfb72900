package io.nanomq.persistence.journal;

import io.nanomq.journal.FrameReader;
import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

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

  /**
   * What a session is, as the last record of a frame has it.
   *
   * @throws IOException where it cannot be read, or is not there
   */
  byte[] facts(long ofSegment, int at, long session) throws IOException {
    return lastValue(ofSegment, at, RecordType.SESSION, session, "");
  }

  /** How a session subscribes to a filter, as the last record of a frame has it. */
  byte[] subscription(long ofSegment, int at, long session, String filter) throws IOException {
    return lastValue(ofSegment, at, RecordType.SUBSCRIBED, session, filter);
  }

  private byte[] lastValue(long ofSegment, int at, int type, long session, String filter)
      throws IOException {
    load(ofSegment, at);
    reader = new RecordReader(in.records(), length);
    byte @Nullable [] last = null;
    while (reader.next()) {
      if (reader.type() != type || reader.readVar() != session) {
        continue;
      }
      if (type == RecordType.SESSION) {
        reader.readByte();
        reader.readVar();
        reader.readVar();
        reader.readVar();
        last = reader.rest();
      } else if (reader.readString().equals(filter)) {
        last = reader.rest();
      }
    }
    if (last == null) {
      throw missing(ofSegment, at, type, session);
    }
    return last;
  }

  private static IOException missing(long segment, int at, int type, long first) {
    return new IOException(
        "no record of type %d of %d is at byte %d of segment %d"
            .formatted(type, first, at, segment));
  }

  private RecordReader find(long ofSegment, int at, int type, long first, long second)
      throws IOException {
    boolean isNew = load(ofSegment, at);
    if (!isNew && goTo(type, first, second)) {
      return reader;
    }
    reader = new RecordReader(in.records(), length);
    if (!goTo(type, first, second)) {
      throw missing(ofSegment, at, type, first);
    }
    return reader;
  }

  /**
   * Reads a frame unless it was read last.
   *
   * @return whether it was read now
   */
  private boolean load(long ofSegment, int at) throws IOException {
    if (ofSegment == segment && at == frame) {
      return false;
    }
    segment = 0;
    length = in.read(ofSegment, at);
    segment = ofSegment;
    frame = at;
    return true;
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
