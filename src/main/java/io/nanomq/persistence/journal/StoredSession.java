package io.nanomq.persistence.journal;

import io.nanomq.persistence.RecoveredSession;
import io.nanomq.persistence.journal.table.ReceivedIds;
import io.nanomq.persistence.journal.table.SegmentCounts;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A session as it is stored. Used by one thread at a time. */
final class StoredSession {
  static final int ENDING = 1;
  static final int WILL_SETTLED = 2;

  /** Where something stands, and while the journal is read what it is. */
  static final class Place {
    final long segment;
    final int bytes;
    byte @Nullable [] value;

    Place(long segment, int bytes, byte @Nullable [] value) {
      this.segment = segment;
      this.bytes = bytes;
      this.value = value;
    }
  }

  final long number;
  final Map<String, Place> subscriptions = new HashMap<>();
  // By sequence, with the number of the message and what StoredDelivery has in one.
  final Rows deliveries;
  final ReceivedIds received = new ReceivedIds();
  // Null while only records behind it were found.
  @Nullable Place facts;
  int flags;
  long leftAtMillis = RecoveredSession.CONNECTED;
  long expirySeconds;
  long lastSequence = -1;
  // Where the last one was told; 0 = there is none.
  long lastSequenceSegment;

  StoredSession(long number, IndexMemory memory) {
    this.number = number;
    this.deliveries = new Rows(true, memory);
  }

  /** It is over: nothing of it is needed any more, but for its deliveries. */
  void uncount(SegmentCounts counts) {
    if (facts != null) {
      counts.remove(facts.segment);
    }
    subscriptions.values().forEach(place -> counts.remove(place.segment));
    if (lastSequenceSegment != 0) {
      counts.remove(lastSequenceSegment);
    }
    received.removeFrom(counts);
  }

  boolean is(int flag) {
    return (flags & flag) != 0;
  }

  void sequence(long sequence, long segment, SegmentCounts counts) {
    if (sequence >= lastSequence) {
      lastSequence = sequence;
      counts.move(lastSequenceSegment, segment);
      lastSequenceSegment = segment;
    }
  }
}
