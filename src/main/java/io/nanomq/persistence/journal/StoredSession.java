package io.nanomq.persistence.journal;

import io.nanomq.journal.ImageInput;
import io.nanomq.journal.ImageOutput;
import io.nanomq.persistence.RecoveredSession;
import io.nanomq.persistence.journal.table.ReceivedIds;
import io.nanomq.persistence.journal.table.SegmentCounts;
import java.io.IOException;
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
    // Where its frame begins there.
    final int frame;
    final int bytes;
    byte @Nullable [] value;

    Place(long segment, int frame, int bytes, byte @Nullable [] value) {
      this.segment = segment;
      this.frame = frame;
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

  // ---- in an image of the journal

  void write(ImageOutput to) throws IOException {
    to.writeLong(number);
    to.writeInt(flags);
    to.writeLong(leftAtMillis);
    to.writeLong(expirySeconds);
    to.writeLong(lastSequence);
    to.writeLong(lastSequenceSegment);
    write(facts, to);
    to.writeInt(subscriptions.size());
    for (Map.Entry<String, Place> each : subscriptions.entrySet()) {
      to.writeString(each.getKey());
      write(each.getValue(), to);
    }
    received.write(to);
    deliveries.write(to);
  }

  static StoredSession read(ImageInput from, IndexMemory memory) throws IOException {
    StoredSession session = new StoredSession(from.readLong(), memory);
    session.flags = from.readInt();
    session.leftAtMillis = from.readLong();
    session.expirySeconds = from.readLong();
    session.lastSequence = from.readLong();
    session.lastSequenceSegment = from.readLong();
    session.facts = readPlace(from);
    for (int rest = from.readInt(); rest > 0; rest--) {
      String filter = from.readString();
      Place place = readPlace(from);
      if (place != null) {
        session.subscriptions.put(filter, place);
      }
    }
    session.received.read(from);
    session.deliveries.read(from);
    return session;
  }

  private static void write(@Nullable Place place, ImageOutput to) throws IOException {
    to.writeLong(place == null ? 0 : place.segment);
    to.writeInt(place == null ? 0 : place.frame);
    to.writeInt(place == null ? 0 : place.bytes);
  }

  /** Null = there was none; what stands there is not read. */
  private static @Nullable Place readPlace(ImageInput from) throws IOException {
    long segment = from.readLong();
    Place place = new Place(segment, from.readInt(), from.readInt(), null);
    return segment == 0 ? null : place;
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
