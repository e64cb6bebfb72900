package io.nanomq.session;

import io.nanomq.authn.ClientIdentity;
import io.nanomq.loop.LoopConfined;
import io.nanomq.packet.Subscription;
import io.nanomq.packet.Will;
import io.nanomq.persistence.DeliveryOptions;
import io.nanomq.persistence.SessionRecord;
import io.nanomq.persistence.SessionStore;
import io.nanomq.queue.Delivery;
import io.nanomq.queue.GroupDelivery;
import io.nanomq.router.FanOut;
import io.nanomq.router.SharedGroup;
import io.nanomq.router.Subscriber;
import org.jspecify.annotations.Nullable;

/** What a durable session tells the store, under the number that it is known by there. */
@LoopConfined
final class SessionRecords {
  private final SessionStore store;
  private final long number;
  // As it was told last.
  private SessionRecord.@Nullable Owner owner;
  // What an earlier process has told holds, the next time that it would be told.
  private boolean restored;

  /** Those of a session that the store knows. */
  SessionRecords(SessionStore store, long number) {
    this.store = store;
    this.number = number;
  }

  /** Those of a session that an earlier process has told of. */
  static SessionRecords restored(SessionStore store, long number, SessionRecord record) {
    SessionRecords records = new SessionRecords(store, number);
    records.owner = record.owner();
    records.restored = true;
    return records;
  }

  /**
   * A session's Session Expiry Interval was set, which decides whether it outlives its connection
   * and the process.
   *
   * @param before null = it was not durable
   * @return null = it is not
   */
  static @Nullable SessionRecords of(
      Session session, @Nullable SessionRecords before, SessionContext context) {
    if (session.expirySeconds() == 0 && (before == null || !waitsInStore(session))) {
      if (before != null) {
        // It ends with its connection now, whatever becomes of the process.
        before.ended();
      }
      return null;
    }
    SessionRecords records = before;
    if (records == null) {
      records = new SessionRecords(context.store(), context.numbers().getAsLong());
      records.kept(session);
      records.all(session, context.fanOut());
    } else if (!records.restored) {
      records.kept(session);
    }
    records.restored = false;
    return records;
  }

  /** Whether the store has messages for it that are nowhere else. */
  private static boolean waitsInStore(Session session) {
    Deliveries deliveries = session.sentDeliveries();
    return deliveries != null
        && (deliveries.unsent().isPaged() || deliveries.inflightDeliveries().isAway());
  }

  /** The store needs nothing of a session any more. */
  static void forget(Session session) {
    SessionRecords records = session.records;
    if (records != null) {
      records.ended();
      session.records = null;
    }
  }

  long number() {
    return number;
  }

  private void kept(Session session) {
    SessionRecord.Owner whose = owner(session);
    owner = whose;
    store.sessionKept(
        number,
        new SessionRecord(
            session.connect(), session.expirySeconds(), session.keepAliveSeconds, whose));
  }

  /**
   * Whose a session is was shown. Of one that ends with its connection the store is told the will,
   * where that is published even if the connection ends with the process.
   */
  static void owned(Session session, SessionContext context) {
    SessionRecords records = session.records;
    SessionStore store = context.store();
    if (records != null) {
      if (!owner(session).equals(records.owner)) {
        records.kept(session);
      }
    } else if (hasWillToKeep(session) && store.isLasting() && !store.isFull()) {
      SessionRecords will = session.willRecord;
      if (will == null) {
        will = new SessionRecords(store, context.numbers().getAsLong());
        session.willRecord = will;
      }
      will.kept(session);
    }
  }

  private static boolean hasWillToKeep(Session session) {
    Will will = session.isPrepared() ? session.connect().will() : null;
    return will != null && will.outlivesProcess();
  }

  /** A session's will was published or discarded. */
  static void willSettled(Session session) {
    SessionRecords records = session.records;
    if (records != null) {
      records.store.willSettled(records.number);
    }
    SessionRecords will = session.willRecord;
    if (will != null) {
      will.ended();
      session.willRecord = null;
    }
  }

  private static SessionRecord.Owner owner(Session session) {
    ClientIdentity identity = session.identity();
    return new SessionRecord.Owner(
        identity.user(),
        identity.link(),
        identity.listener(),
        session.access().client().mountPoint());
  }

  /** What a session has that was not durable until now. */
  private void all(Session session, FanOut fanOut) {
    for (Subscriber subscriber : session.subscriptions()) {
      subscribed(subscriber.subscription());
    }
    Deliveries deliveries = session.sentDeliveries();
    if (deliveries != null) {
      all(deliveries.inflightDeliveries().first(), fanOut);
      all(deliveries.queue().first(), fanOut);
    }
    if (session.unreleasedCount() > 0) {
      session.unreleased().forEach(this::received);
    }
  }

  private void all(@Nullable Delivery first, FanOut fanOut) {
    for (Delivery delivery = first; delivery != null; delivery = delivery.next) {
      queued(delivery, 0);
      if (delivery.packetId != 0) {
        sent(delivery);
      }
      if (delivery.isReceived()) {
        taken(delivery);
      }
      GroupDelivery.release(delivery, fanOut);
    }
  }

  /** Its connection is gone. */
  static void left(Session session) {
    SessionRecords records = session.records;
    if (records != null) {
      records.store.sessionLeft(records.number, session.expirySeconds());
    }
  }

  void ending() {
    store.sessionEnding(number);
  }

  void ended() {
    store.sessionEnded(number);
  }

  void subscribed(Subscription subscription) {
    store.subscribed(number, subscription);
  }

  void unsubscribed(String filter) {
    store.unsubscribed(number, filter);
  }

  /**
   * @param message number of the message as it was published, 0 = it is kept for this session
   */
  void queued(Delivery delivery, long message) {
    if (delivery.qos > 0 && delivery.message != null) {
      SharedGroup group = delivery.group;
      store.queued(
          number,
          delivery.sequence,
          message,
          delivery.message,
          new DeliveryOptions(
              delivery.qos,
              delivery.retain(),
              delivery.identifiers,
              group == null ? null : group.name()));
    }
  }

  void sent(Delivery delivery) {
    store.sent(number, delivery.sequence, delivery.packetId);
  }

  void taken(Delivery delivery) {
    store.taken(number, delivery.sequence);
  }

  /** A session's message was acknowledged or dropped, or another has it. */
  static void settled(Session session, Delivery delivery, FanOut fanOut) {
    SessionRecords records = session.records;
    if (records != null) {
      records.settled(delivery);
    } else if (delivery.group != null) {
      GroupDelivery.release(delivery, fanOut);
    }
  }

  void settled(Delivery delivery) {
    if (delivery.qos > 0) {
      store.settled(number, delivery.sequence);
    }
  }

  void received(int packetId) {
    store.received(number, packetId);
  }

  void released(int packetId) {
    store.released(number, packetId);
  }
}
