package io.nanomq.session;

import io.nanomq.authn.ClientIdentity;
import io.nanomq.authz.AccessClient;
import io.nanomq.codec.ProtocolError;
import io.nanomq.loop.LoopConfined;
import io.nanomq.memory.Account;
import io.nanomq.memory.Accounts;
import io.nanomq.memory.Purpose;
import io.nanomq.packet.Subscription;
import io.nanomq.persistence.DeliveryOptions;
import io.nanomq.persistence.GroupName;
import io.nanomq.persistence.RecoveredSession;
import io.nanomq.persistence.SessionRecord;
import io.nanomq.queue.Delivery;
import io.nanomq.queue.HeldMessages;
import io.nanomq.queue.InflightWindow;
import io.nanomq.router.SharedGroup;
import io.nanomq.router.TopicTree;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Brings durable sessions of an earlier process back on one loop, as far as there is room: first
 * all of them, then, when they can get what others leave, what the time has brought meanwhile.
 */
@LoopConfined
public final class SessionRestore {
  private final SessionContext context;
  private final LoopSessions sessions;
  private final Subscriptions subscriptions;
  private final TopicTree tree;
  private final List<Runnable> later = new ArrayList<>();
  private int restored;
  private int messages;
  private int lost;

  public SessionRestore(
      SessionContext context, LoopSessions sessions, Subscriptions subscriptions, TopicTree tree) {
    this.context = context;
    this.sessions = sessions;
    this.subscriptions = subscriptions;
    this.tree = tree;
  }

  /** Copies the sessions of that loop out of the broker, and copies of sessions into it. */
  public SessionTransfer transfer() {
    return new SessionTransfer(context, sessions, subscriptions, tree);
  }

  /** Sessions that are there again. */
  public int restored() {
    return restored;
  }

  /** Messages that wait for them again, or are in flight. */
  public int messages() {
    return messages;
  }

  /** Sessions, subscriptions and messages that there was no room for. */
  public int lost() {
    return lost;
  }

  /**
   * Brings one back.
   *
   * @param isCurrent whether it is its client's, and not one that has ended since
   * @param wallMillis time of day
   */
  public void restore(RecoveredSession left, boolean isCurrent, long wallMillis) {
    if (left.isWillOnly()) {
      later.add(() -> publishWill(left));
      return;
    }
    if (left.ending() || !isCurrent) {
      restoreEnded(left);
      return;
    }
    Session session = begin(left);
    if (session == null) {
      lost++;
      context.store().sessionEnded(left.number());
      return;
    }
    restored++;
    for (Subscription subscription : left.subscriptions()) {
      lost += subscriptions.restore(session, subscription) ? 0 : 1;
    }
    deliveries(session, left);
    for (int packetId : left.unreleased()) {
      session.unreleased().restore(packetId);
    }
    session.readsPartly = !context.access().isOpen();
    boolean wasConnected = left.leftAtWallMillis() == RecoveredSession.CONNECTED;
    long ago = wasConnected ? 0 : Math.max(0, wallMillis - left.leftAtWallMillis());
    later.add(() -> leave(session, wasConnected, ago));
  }

  /** Its connection, and the session with it, ended as the process did. */
  private void publishWill(RecoveredSession left) {
    SessionRecord record = left.record();
    Session session = ended(record, memory());
    boolean isKnown =
        session.identity(identity(record.owner()), client(session.clientId(), record.owner()));
    session.willRecord = SessionRecords.restored(context.store(), left.number(), record);
    session.prepare(record.connect(), null, 0, 0);
    session.markEnded();
    lost += isKnown ? 0 : 1;
    sessions.publish(session, isKnown ? session.takeWill() : null);
  }

  private SessionMemory memory() {
    return new SessionMemory(context.budgets().of(Purpose.SESSIONS), null, false);
  }

  private Session ended(SessionRecord record, SessionMemory memory) {
    return new Session(record.connect().clientId(), context.loop(), context, memory);
  }

  private static ClientIdentity identity(SessionRecord.Owner owner) {
    return ClientIdentity.of(owner.user(), owner.link(), owner.listener());
  }

  private @Nullable Session begin(RecoveredSession left) {
    SessionRecord.Owner owner = left.record().owner();
    ClientIdentity identity = identity(owner);
    Accounts accounts = context.budgets().accounts();
    String user = owner.user();
    Account account = user == null || !identity.isProven() ? null : accounts.ofUser(user);
    try {
      Session session = sessions.restore(left, account);
      if (session != null) {
        session.identity(identity, client(session.clientId(), owner));
      }
      return session;
    } catch (ProtocolError full) {
      return null;
    } finally {
      accounts.release(account);
    }
  }

  static AccessClient client(String clientId, SessionRecord.Owner owner) {
    return new AccessClient(
        clientId, owner.user(), null, owner.listener(), false, null, owner.mountPoint());
  }

  /** It was connected until the process ended, or has waited since then. */
  private void leave(Session session, boolean wasConnected, long agoMillis) {
    if (wasConnected) {
      SessionRecords.left(session);
    }
    sessions.left(session, agoMillis);
  }

  /** What shared subscriptions brought it is given to other members. */
  private void restoreEnded(RecoveredSession left) {
    SessionRecord record = left.record();
    SessionMemory memory = memory();
    Session session = ended(record, memory);
    session.records = SessionRecords.restored(context.store(), left.number(), record);
    session.prepare(record.connect(), null, 0, record.expirySeconds());
    deliveries(session, left);
    session.markEnded();
    later.add(
        () -> {
          session.redispatch();
          memory.close();
        });
  }

  private void deliveries(Session session, RecoveredSession left) {
    Deliveries all = null;
    for (RecoveredSession.Message message : left.messages()) {
      all = all == null ? session.deliveries() : all;
      deliver(session, all, message);
    }
    if (left.lastSequence() >= 0) {
      session.deliveries().continueAfter(left.lastSequence());
    }
    if (left.waiting().count() > 0) {
      session.deliveries().unsent().paged().restore(left.waiting());
      messages += left.waiting().count();
    }
    if (all != null) {
      all.dropExpired();
    }
  }

  private void deliver(Session session, Deliveries all, RecoveredSession.Message message) {
    DeliveryOptions options = message.delivery();
    var delivery =
        new Delivery(
            message.message(),
            options.qos(),
            options.retain(),
            options.identifiers(),
            group(options.group()),
            message.sequence());
    messages++;
    if (message.packetId() != 0) {
      delivery.packetId = message.packetId();
      if (message.taken()) {
        delivery.received();
      }
      restoreSent(all, delivery);
      return;
    }
    HeldMessages held = context.held();
    if (held.hold(all, delivery)) {
      all.queue().add(delivery);
    } else {
      messages--;
      lost++;
      SessionRecords records = session.records;
      if (records != null) {
        records.settled(delivery);
      }
    }
  }

  /** Its packet identifier is taken until the client has acknowledged it. */
  private void restoreSent(Deliveries all, Delivery delivery) {
    InflightWindow places = all.inflightDeliveries().places();
    if (places.get(delivery.packetId) == null) {
      places.restore(delivery);
      if (delivery.message == null || !context.held().hold(all, delivery)) {
        context.held().holdWithoutMessage(all, delivery);
      }
    }
  }

  private @Nullable SharedGroup group(@Nullable GroupName name) {
    return name == null ? null : tree.group(name);
  }

  /**
   * All are there: what has ended meanwhile ends, wills are published, what nobody has any more is
   * given to others.
   *
   * @return what is to be done, one after the other, over as many turns as it takes
   */
  public List<Runnable> later() {
    return later;
  }
}
