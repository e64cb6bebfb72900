package io.nanomq.persistence.journal;

import io.nanomq.journal.ImageInput;
import io.nanomq.journal.ImageOutput;
import io.nanomq.journal.RecordHandler;
import io.nanomq.persistence.GroupName;
import io.nanomq.persistence.journal.StoredSession.Place;
import io.nanomq.persistence.journal.table.NumberMap;
import io.nanomq.persistence.journal.table.SegmentCounts;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What of the journal is still needed, and which segment it stands in. Built from the records
 * alone, as the journal is read and as it is written. What a segment had that is needed stands
 * behind everything else once its file is used again: so a record may come before what it belongs
 * to. Used by one thread at a time.
 */
final class StoredState implements RecordHandler {
  /** What an identifier is reckoned at in the journal. */
  private static final int SMALL_RECORD = 8;

  final NumberMap<StoredSession> sessions = new NumberMap<>();
  final StoredMessages messages;
  final StoredRetained retained = new StoredRetained();
  final HighestNumbers marks = new HighestNumbers();
  private final IndexMemory memory;
  private final SegmentCounts counts;
  // What a session is is kept while the journal is read, and no longer.
  private boolean restoring = true;
  private long liveBytes;
  // The one that was told of last, to spare looking for it.
  private @Nullable StoredSession last;

  StoredState(IndexMemory memory) {
    this.memory = memory;
    this.counts = memory.counts;
    this.messages = new StoredMessages(memory);
  }

  /** All records are read. */
  void restored() {
    restoring = false;
    last = null;
    for (StoredSession session : sessions.values()) {
      if (session.facts == null) {
        end(session);
      }
    }
    messages.restored();
    retained.settle();
  }

  /** What was found has been told. */
  void forgetValues() {
    for (StoredSession session : sessions.values()) {
      session.subscriptions.values().forEach(place -> place.value = null);
      Place facts = session.facts;
      if (facts != null) {
        facts.value = null;
      }
    }
  }

  @Override
  public boolean hasImage() {
    return true;
  }

  @Override
  public void write(ImageOutput to) throws IOException {
    marks.write(to);
    counts.write(to);
    to.writeLong(liveBytes);
    to.writeInt(sessions.size());
    for (StoredSession session : sessions.values()) {
      session.write(to);
    }
    messages.write(to);
    retained.write(to);
  }

  @Override
  public boolean read(ImageInput from) throws IOException {
    marks.read(from);
    counts.read(from);
    liveBytes = from.readLong();
    for (int rest = from.readInt(); rest > 0; rest--) {
      StoredSession session = StoredSession.read(from, memory);
      sessions.put(session.number, session);
    }
    messages.read(from);
    retained.read(from);
    return true;
  }

  @Override
  public long liveBytes() {
    return liveBytes + messages.liveBytes() + retained.liveBytes();
  }

  @Override
  public void apply(long segment, int at, byte[] records, int length) {
    RecordReader in = new RecordReader(records, length);
    while (in.next()) {
      apply(segment, at, in);
    }
    messages.removeSettled();
  }

  private void apply(long segment, int at, RecordReader in) {
    switch (in.type()) {
      case RecordType.START -> {
        counts.move(marks.segment, segment);
        marks.read(segment, in);
        messages.begin();
      }
      case RecordType.MARKS -> {
        counts.move(marks.segment, segment);
        marks.read(segment, in);
      }
      case RecordType.MESSAGE -> message(segment, at, in);
      case RecordType.HANDED_OVER -> {
        int source = (int) in.readVar();
        messages.handedOver(segment, source, (int) in.readVar(), in.readVar());
      }
      case RecordType.HANDED_TO_GROUP ->
          messages.handedToGroup(in.readVar(), GroupName.of(in.readString()));
      case RecordType.GROUP_HAS_IT -> messages.handedToGroup(in.readVar(), in.readGroup());
      case RecordType.ROUTED_AGAIN -> messages.routedAgain(in.readVar());
      case RecordType.RETAINED, RecordType.UNRETAINED -> {
        long version = in.readVar();
        marks.version(version);
        boolean isLive = in.type() == RecordType.RETAINED;
        // Until the segment goes: it is looked at then which of them are needed.
        counts.add(segment);
        retained.found(segment, version, isLive, in);
      }
      default -> applyToSession(segment, at, in.readVar(), in);
    }
  }

  private void applyToSession(long segment, int at, long number, RecordReader in) {
    marks.session(number);
    switch (in.type()) {
      case RecordType.SESSION -> session(segment, at, make(number), in);
      case RecordType.SUBSCRIBED -> subscribed(segment, at, make(number), in);
      case RecordType.QUEUED -> queued(segment, at, make(number), in);
      case RecordType.RECEIVED -> received(segment, make(number), (int) in.readVar());
      case RecordType.SEQUENCE -> make(number).sequence(in.readVar(), segment, counts);
      case RecordType.ENDED -> {
        last = null;
        StoredSession ended = sessions.get(number);
        if (ended != null) {
          end(ended);
        }
      }
      default -> {
        StoredSession session = find(number);
        if (session != null) {
          change(session, in);
        }
      }
    }
  }

  private @Nullable StoredSession find(long number) {
    StoredSession session = last;
    if (session == null || session.number != number) {
      session = sessions.get(number);
      last = session;
    }
    return session;
  }

  private StoredSession make(long number) {
    StoredSession session = find(number);
    if (session == null) {
      session = new StoredSession(number, memory);
      sessions.put(number, session);
      last = session;
    }
    return session;
  }

  private void change(StoredSession session, RecordReader in) {
    switch (in.type()) {
      case RecordType.LEFT -> {
        session.leftAtMillis = in.readVar();
        session.expirySeconds = in.readVar();
      }
      case RecordType.WILL_SETTLED -> session.flags |= StoredSession.WILL_SETTLED;
      case RecordType.ENDING -> session.flags |= StoredSession.ENDING;
      case RecordType.UNSUBSCRIBED -> unsubscribed(session, in.readString());
      case RecordType.SENT -> sent(session.deliveries, in.readVar(), (int) in.readVar(), 1);
      case RecordType.ALL_SENT ->
          sent(session.deliveries, in.readVar(), (int) in.readVar(), in.readVar());
      case RecordType.TAKEN -> taken(session.deliveries, in.readVar(), 1);
      case RecordType.ALL_TAKEN -> taken(session.deliveries, in.readVar(), in.readVar());
      case RecordType.SETTLED -> settled(session.deliveries, in.readVar(), 1);
      case RecordType.ALL_SETTLED -> settled(session.deliveries, in.readVar(), in.readVar());
      case RecordType.RELEASED -> released(session, (int) in.readVar());
      default -> throw new UnknownFormatException("it has records of type " + in.type());
    }
  }

  private void session(long segment, int at, StoredSession session, RecordReader in) {
    session.flags = in.readByte();
    session.leftAtMillis = in.readVar();
    session.expirySeconds = in.readVar();
    long sequence = in.readVar() - 1;
    if (sequence >= 0) {
      session.sequence(sequence, segment, counts);
    }
    Place before = session.facts;
    liveBytes += in.size() - (before == null ? 0 : before.bytes);
    counts.move(before == null ? 0 : before.segment, segment);
    session.facts = place(segment, at, in);
  }

  private Place place(long segment, int at, RecordReader in) {
    return new Place(segment, at, in.size(), restoring ? in.rest() : null);
  }

  private void end(StoredSession session) {
    sessions.remove(session.number);
    session.uncount(counts);
    Place facts = session.facts;
    liveBytes -= facts == null ? 0 : facts.bytes;
    session.subscriptions.values().forEach(place -> liveBytes -= place.bytes);
    liveBytes -= (long) SMALL_RECORD * session.received.size();
    Rows deliveries = session.deliveries;
    for (boolean any = deliveries.first(); any; any = deliveries.next()) {
      forget(deliveries);
    }
    deliveries.clear();
  }

  /** The row at the cursor is about to go, or to be another one. */
  private void forget(Rows deliveries) {
    liveBytes -= deliveries.bytes();
    if (!StoredDelivery.is(deliveries.value(), StoredDelivery.TAKEN)) {
      messages.unrefer(deliveries.number());
    }
  }

  private void subscribed(long segment, int at, StoredSession session, RecordReader in) {
    String filter = in.readString();
    unsubscribed(session, filter);
    session.subscriptions.put(filter, place(segment, at, in));
    counts.add(segment);
    liveBytes += in.size();
  }

  private void unsubscribed(StoredSession session, String filter) {
    Place before = session.subscriptions.remove(filter);
    if (before != null) {
      liveBytes -= before.bytes;
      counts.remove(before.segment);
    }
  }

  private void message(long segment, int at, RecordReader in) {
    long number = in.readVar();
    marks.message(number);
    int flags = in.readByte();
    long targets = in.readVar();
    long session = in.readVar();
    int packetId = (int) in.readVar();
    if (session != 0) {
      marks.session(session);
      received(segment, make(session), packetId);
    }
    messages.found(segment, at, number, flags, targets, in);
  }

  private void queued(long segment, int at, StoredSession session, RecordReader in) {
    long sequence = in.readVar();
    long message = in.readVar();
    int flags = in.readByte();
    int packetId = (int) in.readVar();
    int delivery = StoredDelivery.of(packetId, flags, in.readByte());
    if (!StoredDelivery.is(delivery, StoredDelivery.TAKEN)) {
      messages.refer(message, session.number);
    }
    Rows deliveries = session.deliveries;
    if (!deliveries.put(sequence)) {
      forget(deliveries);
    }
    deliveries.place(segment, at);
    deliveries.number(message);
    deliveries.bytes(in.size());
    deliveries.value(delivery);
    session.sequence(sequence, segment, counts);
    liveBytes += in.size();
  }

  private static void sent(Rows deliveries, long first, int packetId, long count) {
    boolean any = deliveries.find(first) || deliveries.ceiling(first);
    for (long end = first + count; any && deliveries.key() < end; any = deliveries.next()) {
      int itsId = packetId + (int) (deliveries.key() - first);
      deliveries.value(StoredDelivery.withPacketId(deliveries.value(), itsId));
    }
  }

  private void taken(Rows deliveries, long first, long count) {
    boolean any = deliveries.find(first) || deliveries.ceiling(first);
    for (long end = first + count; any && deliveries.key() < end; any = deliveries.next()) {
      if (!StoredDelivery.is(deliveries.value(), StoredDelivery.TAKEN)) {
        deliveries.value(StoredDelivery.taken(deliveries.value()));
        messages.unrefer(deliveries.number());
      }
    }
  }

  private void settled(Rows deliveries, long first, long count) {
    if (deliveries.find(first) || count > 1 && deliveries.ceiling(first)) {
      deliveries.removeBelow(first + count, this::forget);
    }
  }

  /**
   * Says where messages of a session stand.
   *
   * @param from sequence of the first one
   */
  void find(PageEntries found, long from) {
    StoredSession of = sessions.get(found.session);
    Rows deliveries = of == null ? null : of.deliveries;
    boolean any = deliveries != null && deliveries.ceiling(from);
    while (deliveries != null && any && found.hasRoom()) {
      found.add(deliveries, messages);
      any = deliveries.next();
    }
    found.isLast = !any;
  }

  private void received(long segment, StoredSession session, int packetId) {
    long before = session.received.put(packetId, segment);
    counts.move(before, segment);
    if (before == 0) {
      liveBytes += SMALL_RECORD;
    }
  }

  private void released(StoredSession session, int packetId) {
    long segment = session.received.remove(packetId);
    if (segment != 0) {
      counts.remove(segment);
      liveBytes -= SMALL_RECORD;
    }
  }

  @Override
  public boolean isNeeded(long segment) {
    return !counts.isEmpty(segment);
  }

  @Override
  public void gone(long segment) {
    counts.forgetTo(segment);
  }

  @Override
  public Keeper keeper(long segment) {
    return new Compaction(this, segment, counts.get(segment));
  }
}
