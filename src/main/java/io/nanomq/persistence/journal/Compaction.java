package io.nanomq.persistence.journal;

import io.nanomq.journal.RecordBuffer;
import io.nanomq.journal.RecordHandler;
import io.nanomq.persistence.journal.StoredSession.Place;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes anew what is needed of a segment, as it is now: what became of it since then may stand in
 * a segment that goes sooner. Where that is little it stands side by side most often, since it was
 * written anew before: the rest of the segment is not read once all of it was found.
 */
final class Compaction implements RecordHandler.Keeper {
  /** Of so many it is known which of them were found. */
  private static final int MOST_KNOWN = 4096;

  private final StoredState state;
  private final long segment;
  private final int needed;
  // What was found; empty where that are too many.
  private final Set<Object> found = new HashSet<>();
  // this frame
  private int frame;
  private RecordBuffer to = new RecordBuffer(0);

  /** One thing that is needed, by the type of its record and the numbers that it goes by. */
  private record Needed(int type, long of, long number) {}

  /**
   * @param needed things that are needed of the segment at most
   */
  Compaction(StoredState state, long segment, int needed) {
    this.state = state;
    this.segment = segment;
    this.needed = needed;
  }

  @Override
  public boolean keep(int at, byte[] records, int length, RecordBuffer kept) {
    frame = at;
    to = kept;
    RecordReader in = new RecordReader(records, length);
    while (in.next()) {
      keepRecord(in);
    }
    return !isDone();
  }

  private boolean isDone() {
    return needed <= MOST_KNOWN && found.size() >= needed;
  }

  /**
   * Something that is needed is written anew.
   *
   * @return whether it is for the first time, as far as that is known
   */
  private boolean found(Object what) {
    boolean isNew = needed > MOST_KNOWN || found.add(what);
    assert needed > MOST_KNOWN || found.size() <= needed : "more is needed than was counted";
    return isNew;
  }

  private boolean found(int type, long of, long number) {
    return found(new Needed(type, of, number));
  }

  private void keepRecord(RecordReader in) {
    switch (in.type()) {
      case RecordType.START, RecordType.MARKS -> {
        if (state.marks.segment == segment && found(RecordType.MARKS, 0, 0)) {
          state.marks.write(to, RecordType.MARKS);
        }
      }
      case RecordType.MESSAGE -> keepMessage(in);
      case RecordType.HANDED_OVER -> keepMark((int) in.readVar(), (int) in.readVar());
      case RecordType.RETAINED, RecordType.UNRETAINED -> {
        // All of them count, so that the segment is read to its end.
        if (state.retained.isNeeded(segment, in.readVar(), in)) {
          in.copyTo(to);
        }
      }
      case RecordType.HANDED_TO_GROUP, RecordType.GROUP_HAS_IT, RecordType.ROUTED_AGAIN -> {
        // The message says it.
      }
      default -> keepOfSession(state.sessions.get(in.readVar()), in);
    }
  }

  private void keepMark(int source, int target) {
    boolean isLast = state.messages.isLastMark(segment, source, target);
    if (isLast && found(RecordType.HANDED_OVER, source, target)) {
      RecordWriter.handedOver(to, source, target, state.messages.handedOver(source, target));
    }
  }

  private void keepMessage(RecordReader in) {
    long number = in.readVar();
    int flags = in.readByte();
    in.readVar();
    StoredSession publisher = state.sessions.get(in.readVar());
    keepReceived(publisher, (int) in.readVar());
    if (state.messages.find(number) && isHere(state.messages.rows())) {
      found(RecordType.MESSAGE, 0, number);
      state.messages.write(number, flags, in, to);
    }
  }

  /** Whether it is the record in this frame that is needed, and not one before or behind it. */
  private boolean isHere(Rows row) {
    return row.segment() == segment && row.frame() == frame;
  }

  private boolean isHere(@Nullable Place place) {
    return place != null && place.segment == segment && place.frame == frame;
  }

  private void keepOfSession(@Nullable StoredSession session, RecordReader in) {
    if (session == null) {
      return;
    }
    switch (in.type()) {
      case RecordType.SESSION -> keepSession(session, in);
      case RecordType.SUBSCRIBED -> {
        Place place = session.subscriptions.get(in.readString());
        if (place != null && isHere(place)) {
          found(place);
          in.copyTo(to);
        }
      }
      case RecordType.QUEUED -> keepQueued(session, in.readVar(), in);
      case RecordType.RECEIVED -> keepReceived(session, (int) in.readVar());
      case RecordType.SEQUENCE -> keepSequence(session);
      default -> {
        // What they change is kept as it is now.
      }
    }
  }

  private void keepReceived(@Nullable StoredSession session, int packetId) {
    boolean isHere = session != null && session.received.isIn(packetId, segment);
    if (isHere && session != null && found(RecordType.RECEIVED, session.number, packetId)) {
      Records.numbers(to, RecordType.RECEIVED, session.number, packetId);
    }
  }

  private void keepSession(StoredSession session, RecordReader in) {
    Place facts = session.facts;
    if (facts == null || !isHere(facts)) {
      keepSequence(session);
      return;
    }
    found(facts);
    saysSequence(session);
    in.readByte();
    in.readVar();
    in.readVar();
    in.readVar();
    int start = RecordWriter.beginSession(to, session);
    in.copyRestTo(to);
    Records.endLarge(to, start);
  }

  /** What is written of the session anew has its last sequence in it. */
  private void saysSequence(StoredSession session) {
    if (session.lastSequence >= 0 && session.lastSequenceSegment == segment) {
      found(RecordType.SEQUENCE, session.number, 0);
    }
  }

  private void keepSequence(StoredSession session) {
    boolean isHere = session.lastSequence >= 0 && session.lastSequenceSegment == segment;
    if (isHere && found(RecordType.SEQUENCE, session.number, 0)) {
      Records.numbers(to, RecordType.SEQUENCE, session.number, session.lastSequence);
    }
  }

  private void keepQueued(StoredSession session, long sequence, RecordReader in) {
    Rows deliveries = session.deliveries;
    if (!deliveries.find(sequence) || !isHere(deliveries)) {
      if (sequence == session.lastSequence) {
        keepSequence(session);
      }
      return;
    }
    found(RecordType.QUEUED, session.number, sequence);
    if (sequence == session.lastSequence) {
      saysSequence(session);
    }
    in.readVar();
    in.readByte();
    in.readVar();
    int start = RecordWriter.beginQueued(to, session.number, deliveries);
    in.copyRestTo(to);
    Records.endLarge(to, start);
  }
}
