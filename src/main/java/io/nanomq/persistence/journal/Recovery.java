package io.nanomq.persistence.journal;

import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.Subscription;
import io.nanomq.persistence.DeliveryOptions;
import io.nanomq.persistence.RecoveredSession;
import io.nanomq.persistence.RecoveredState;
import io.nanomq.persistence.StoreClock;
import io.nanomq.persistence.UndeliveredMessage;
import io.nanomq.persistence.journal.StoredSession.Place;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Makes of what is stored what a broker goes on with. */
final class Recovery {
  private static final Logger LOG = Logger.getLogger(Recovery.class);

  private final StoredState state;
  private final StoreClock clock;
  // One object for each, wherever it stands.
  private final Map<Long, PublishMessage> messages = new HashMap<>();
  private int missing;

  Recovery(StoredState state, StoreClock clock) {
    this.state = state;
    this.clock = clock;
  }

  RecoveredState recover() {
    List<RecoveredSession> sessions = new ArrayList<>();
    state.sessions.values().forEach(session -> add(session, sessions));
    List<PublishMessage> retained = new ArrayList<>();
    for (StoredRetained.Entry entry : state.retained.all()) {
      byte[] value = entry.value;
      if (value != null) {
        retained.add(MessageFormat.read(RecordReader.ofValues(value), clock));
        entry.value = null;
      }
    }
    List<UndeliveredMessage> undelivered = new ArrayList<>();
    state.messages.all().forEach(message -> add(message, undelivered));
    undelivered.sort(Comparator.comparingLong(UndeliveredMessage::number));
    if (missing > 0) {
      LOG.warnf("%d messages that sessions wait for are not in the journal", missing);
    }
    return new RecoveredState(
        sessions,
        retained,
        undelivered,
        state.marks.session(),
        state.marks.message(),
        state.marks.version());
  }

  private void add(StoredSession session, List<RecoveredSession> to) {
    Place facts = session.facts;
    byte[] value = facts == null ? null : facts.value;
    if (value == null) {
      return;
    }
    to.add(
        new RecoveredSession(
            session.number,
            SessionFormat.read(
                RecordReader.ofValues(value),
                session.expirySeconds,
                session.is(StoredSession.WILL_SETTLED)),
            session.leftAtMillis,
            session.is(StoredSession.ENDING),
            subscriptions(session),
            messages(session),
            session.received.keySet().stream().mapToInt(id -> id).toArray(),
            session.lastSequence));
  }

  private static List<Subscription> subscriptions(StoredSession session) {
    List<Subscription> all = new ArrayList<>();
    session.subscriptions.forEach(
        (filter, place) -> {
          byte[] value = place.value;
          if (value != null) {
            all.add(SubscriptionFormat.read(filter, RecordReader.ofValues(value)));
          }
        });
    return all;
  }

  private List<RecoveredSession.Message> messages(StoredSession session) {
    List<RecoveredSession.Message> all = new ArrayList<>(session.deliveries.size());
    session.deliveries.forEach((sequence, delivery) -> add(sequence, delivery, all));
    all.sort(Comparator.comparingLong(RecoveredSession.Message::sequence));
    return all;
  }

  private void add(long sequence, StoredDelivery stored, List<RecoveredSession.Message> to) {
    byte[] value = stored.value;
    if (value == null) {
      return;
    }
    stored.value = null;
    RecordReader in = RecordReader.ofValues(value);
    DeliveryOptions options = DeliveryFormat.read(in);
    boolean taken = stored.is(StoredDelivery.TAKEN);
    PublishMessage message = taken ? null : message(stored, in);
    if (message == null && !taken) {
      missing++;
      return;
    }
    to.add(
        new RecoveredSession.Message(
            sequence, stored.message, message, options, stored.packetId, taken));
  }

  private @Nullable PublishMessage message(StoredDelivery stored, RecordReader in) {
    return stored.is(StoredDelivery.INLINE)
        ? MessageFormat.read(in, clock)
        : message(stored.message);
  }

  private @Nullable PublishMessage message(long number) {
    PublishMessage known = messages.get(number);
    StoredMessage stored = known == null ? state.messages.get(number) : null;
    byte[] value = stored == null ? null : stored.value;
    if (stored == null || value == null) {
      return known;
    }
    PublishMessage message = MessageFormat.read(RecordReader.ofValues(value), clock);
    stored.value = null;
    messages.put(number, message);
    return message;
  }

  private void add(StoredMessage stored, List<UndeliveredMessage> to) {
    PublishMessage message = stored.isPending() ? message(stored.number) : null;
    if (message != null) {
      to.add(
          new UndeliveredMessage(
              stored.number, message, stored.again, List.copyOf(stored.groups()), stored.had()));
    }
  }
}
