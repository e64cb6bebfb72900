package io.nanomq.persistence.journal;

import io.nanomq.journal.RecordBuffer;
import io.nanomq.persistence.journal.StoredSession.Place;
import org.jspecify.annotations.Nullable;

/**
 * Writes anew what is needed of a segment, as it is now: what became of it since then may stand in
 * a segment that goes sooner.
 */
final class Compaction {
  private final StoredState state;
  private final long segment;
  private final RecordBuffer to;

  Compaction(StoredState state, long segment, RecordBuffer to) {
    this.state = state;
    this.segment = segment;
    this.to = to;
  }

  void keep(RecordReader in) {
    while (in.next()) {
      keepRecord(in);
    }
  }

  private void keepRecord(RecordReader in) {
    switch (in.type()) {
      case RecordType.START, RecordType.MARKS -> {
        if (state.marks.segment == segment) {
          state.marks.write(to, RecordType.MARKS);
        }
      }
      case RecordType.MESSAGE -> keepMessage(in);
      case RecordType.HANDED_OVER -> keepMark((int) in.readVar(), (int) in.readVar());
      case RecordType.RETAINED, RecordType.UNRETAINED -> {
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
    if (state.messages.isLastMark(segment, source, target)) {
      RecordWriter.handedOver(to, source, target, state.messages.handedOver(source, target));
    }
  }

  private void keepMessage(RecordReader in) {
    long number = in.readVar();
    int flags = in.readByte();
    in.readVar();
    StoredSession publisher = state.sessions.get(in.readVar());
    keepReceived(publisher, (int) in.readVar());
    if (state.messages.find(number) && state.messages.rows().segment() == segment) {
      state.messages.write(number, flags, in, to);
    }
  }

  private void keepOfSession(@Nullable StoredSession session, RecordReader in) {
    if (session == null) {
      return;
    }
    switch (in.type()) {
      case RecordType.SESSION -> keepSession(session, in);
      case RecordType.SUBSCRIBED -> {
        Place place = session.subscriptions.get(in.readString());
        if (place != null && place.segment == segment) {
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
    if (session != null && session.received.isIn(packetId, segment)) {
      Records.numbers(to, RecordType.RECEIVED, session.number, packetId);
    }
  }

  private void keepSession(StoredSession session, RecordReader in) {
    Place facts = session.facts;
    if (facts == null || facts.segment != segment) {
      keepSequence(session);
      return;
    }
    in.readByte();
    in.readVar();
    in.readVar();
    in.readVar();
    int start = RecordWriter.beginSession(to, session);
    in.copyRestTo(to);
    Records.endLarge(to, start);
  }

  private void keepSequence(StoredSession session) {
    if (session.lastSequence >= 0 && session.lastSequenceSegment == segment) {
      Records.numbers(to, RecordType.SEQUENCE, session.number, session.lastSequence);
    }
  }

  private void keepQueued(StoredSession session, long sequence, RecordReader in) {
    Rows deliveries = session.deliveries;
    if (!deliveries.find(sequence) || deliveries.segment() != segment) {
      if (sequence == session.lastSequence) {
        keepSequence(session);
      }
      return;
    }
    in.readVar();
    in.readByte();
    in.readVar();
    int start = RecordWriter.beginQueued(to, session.number, deliveries);
    in.copyRestTo(to);
    Records.endLarge(to, start);
  }
}
