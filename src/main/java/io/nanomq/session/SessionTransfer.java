package io.nanomq.session;

import io.nanomq.authn.ClientIdentity;
import io.nanomq.codec.ProtocolError;
import io.nanomq.codec.ReasonCode;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.TurnBudget;
import io.nanomq.memory.Account;
import io.nanomq.memory.Accounts;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.Connect;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.Subscription;
import io.nanomq.packet.TopicName;
import io.nanomq.packet.Will;
import io.nanomq.persistence.DeliveryOptions;
import io.nanomq.persistence.GroupName;
import io.nanomq.persistence.MessagePage;
import io.nanomq.persistence.RecoveredSession;
import io.nanomq.persistence.SessionCopy;
import io.nanomq.persistence.SessionCopy.Outcome;
import io.nanomq.persistence.SessionRecord;
import io.nanomq.persistence.StoreClock;
import io.nanomq.queue.Delivery;
import io.nanomq.queue.InflightWindow;
import io.nanomq.router.SharedGroup;
import io.nanomq.router.Subscriber;
import io.nanomq.router.TopicTree;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Copies durable sessions of one loop out of the broker, and such copies into it. One import at a
 * time: what follows a session belongs to the last one that came.
 */
@LoopConfined
public final class SessionTransfer {
  /** Of what is in memory only, a page has as many messages, whose bytes are there anyway. */
  private static final int PAGE = 4096;

  /** Only the packet identifier of it is left. */
  private static final PublishMessage TAKEN =
      new PublishMessage(
          TopicName.of("taken"), new byte[0], new byte[0], 2, false, PublishMessage.NEVER);

  private final SessionContext context;
  private final LoopSessions sessions;
  private final Subscriptions subscriptions;
  private final TopicTree tree;
  private @Nullable Session current;
  private Outcome became = Outcome.TAKEN;

  SessionTransfer(
      SessionContext context, LoopSessions sessions, Subscriptions subscriptions, TopicTree tree) {
    this.context = context;
    this.sessions = sessions;
    this.subscriptions = subscriptions;
    this.tree = tree;
  }

  // ---- out

  /** What there is of a session but its messages; null = it ends with its connection. */
  public @Nullable SessionCopy read(Session session, StoreClock clock) {
    if (!session.isDurable() || session.hasEnded()) {
      return null;
    }
    long now = context.loop().nowMillis();
    long left = left(session, now);
    Will will = session.pendingWill;
    long due = session.willTimeout == null ? now : session.willTimeout.deadlineMillis();
    Deliveries deliveries = session.sentDeliveries();
    boolean hasMessages =
        deliveries != null && deliveries.size() + deliveries.inflightDeliveries().size() > 0;
    Connect connect = session.connect().withoutWill();
    return new SessionCopy(
        new SessionRecord(
            will == null ? connect : connect.withWill(will),
            session.expirySeconds(),
            session.keepAliveSeconds,
            owner(session)),
        left == SessionCopy.NEVER ? left : clock.toWall(now + left),
        will == null ? 0 : clock.toWall(due),
        filters(session),
        unreleased(session),
        hasMessages);
  }

  private List<Subscription> filters(Session session) {
    List<Subscription> filters = new ArrayList<>(session.subscriptions().size());
    for (Subscriber subscriber : session.subscriptions()) {
      filters.add(subscriber.subscription());
    }
    context.loop().budget().spend((long) filters.size() * TurnBudget.VISIT);
    return filters;
  }

  private static int[] unreleased(Session session) {
    int[] unreleased = new int[session.unreleasedCount()];
    if (unreleased.length > 0) {
      int[] at = {0};
      session.unreleased().forEach(id -> unreleased[at[0]++] = id);
    }
    return unreleased;
  }

  /** Milliseconds that it lasts; who is connected now is taken to leave now. */
  private static long left(Session session, long now) {
    if (session.expirySeconds() == Connect.NEVER_EXPIRES) {
      return SessionCopy.NEVER;
    }
    return session.endTimeout == null || session.owner != null
        ? session.expirySeconds() * 1000
        : Math.max(0, session.endTimeout.deadlineMillis() - now);
  }

  private static SessionRecord.Owner owner(Session session) {
    ClientIdentity identity = session.identity();
    String mountPoint = session.access().client().mountPoint();
    return new SessionRecord.Owner(
        identity.user(), identity.link(), identity.listener(), mountPoint);
  }

  /**
   * Some of the messages of QoS 1 and 2 that are in flight to a session or wait for it, in their
   * order; called back on the loop.
   *
   * @param from the sequence behind the last one that was read, 0 = the first
   */
  public void messages(Session session, long from, Consumer<MessagePage> then) {
    long number = session.storedNumber();
    if (number > 0 && context.store().hasPages()) {
      context.store().read(number, from, 1, page -> then.accept(withFilters(page)));
      return;
    }
    List<RecoveredSession.Message> page = new ArrayList<>();
    Deliveries deliveries = session.sentDeliveries();
    if (deliveries != null) {
      collect(deliveries.inflightDeliveries().first(), from, page);
      collect(deliveries.queue().first(), from, page);
    }
    then.accept(new MessagePage(page, page.size() < PAGE, false));
  }

  /** The store does not know filters of groups, by which another broker finds its own. */
  private MessagePage withFilters(MessagePage page) {
    List<RecoveredSession.Message> all = page.messages().stream().map(this::withFilter).toList();
    return new MessagePage(all, page.isLast(), page.isFailed());
  }

  private RecoveredSession.Message withFilter(RecoveredSession.Message each) {
    GroupName name = each.delivery().group();
    SharedGroup group = name == null ? null : tree.group(name);
    return group == null ? each : each.with(each.delivery().with(group.name()));
  }

  private void collect(@Nullable Delivery first, long from, List<RecoveredSession.Message> page) {
    int visited = 0;
    for (Delivery each = first; each != null && page.size() < PAGE; each = each.next) {
      visited++;
      if (each.qos > 0 && each.sequence >= from) {
        page.add(message(each));
      }
    }
    context.loop().budget().spend((long) visited * TurnBudget.VISIT);
  }

  private static RecoveredSession.Message message(Delivery each) {
    SharedGroup group = each.group;
    return new RecoveredSession.Message(
        each.sequence,
        0,
        each.message,
        new DeliveryOptions(
            each.qos, each.retain(), each.identifiers, group == null ? null : group.name()),
        each.packetId,
        each.isReceived());
  }

  // ---- in

  /** Nothing has come yet. */
  public void begin() {
    current = null;
  }

  /**
   * Begins a session.
   *
   * @param before the one that is there, null = none; this is its loop
   * @param replaces whether that ends first, where nobody is connected
   * @param wallMillis time of day
   */
  public Outcome session(
      SessionCopy copy, @Nullable Session before, boolean replaces, long wallMillis) {
    current = null;
    became = begin(copy, before, replaces, wallMillis);
    return became;
  }

  private Outcome begin(
      SessionCopy copy, @Nullable Session before, boolean replaces, long wallMillis) {
    if (copy.expiresAtWallMillis() <= wallMillis) {
      return Outcome.EXPIRED;
    }
    if (before != null && !replaces) {
      return Outcome.skipped("its client has a session here");
    }
    if (before != null && before.owner != null) {
      return Outcome.refused("its client is connected here");
    }
    if (context.refusesSession(true)) {
      return Outcome.refused("the store has no room for a durable session");
    }
    if (before != null) {
      sessions.end(before);
    }
    try {
      Session session = begin(remaining(copy, wallMillis), copy.unreleased());
      current = session;
      return session == null ? Outcome.refused("its client has come meanwhile") : Outcome.TAKEN;
    } catch (ProtocolError full) {
      return Outcome.refused(String.valueOf(full.getMessage()));
    }
  }

  /** With what is left of its intervals. */
  private SessionRecord remaining(SessionCopy copy, long wallMillis) {
    SessionRecord record = copy.record();
    long expiry = context.conf().client().maxSessionExpirySeconds();
    if (copy.expiresAtWallMillis() != SessionCopy.NEVER) {
      expiry = Math.min(expiry, (copy.expiresAtWallMillis() - wallMillis + 999) / 1000);
    }
    Connect connect = record.connect();
    Will will = connect.will();
    if (will != null) {
      long delay = Math.max(0, copy.willDueWallMillis() - wallMillis + 999) / 1000;
      connect = connect.withWill(will.withDelay(delay));
    }
    return new SessionRecord(
        connect, Math.max(1, expiry), record.keepAliveSeconds(), record.owner());
  }

  private @Nullable Session begin(SessionRecord record, int[] unreleased) {
    SessionRecord.Owner owner = record.owner();
    var identity = ClientIdentity.of(owner.user(), owner.link(), owner.listener());
    String user = owner.user();
    Accounts accounts = context.budgets().accounts();
    Account account = user == null || !identity.isProven() ? null : accounts.ofUser(user);
    try {
      Session session = sessions.restore(RecoveredSession.of(record), account);
      if (session != null) {
        session.identity(identity, SessionRestore.client(session.clientId(), owner));
        session.readsPartly = !context.access().isOpen();
        release(session, unreleased);
        leave(session);
      }
      return session;
    } finally {
      accounts.release(account);
    }
  }

  private static void release(Session session, int[] unreleased) {
    for (int packetId : unreleased) {
      if (!session.isUnreleased(packetId) && session.unreleased().hasRoom()) {
        session.unreleased().add(packetId);
      }
    }
  }

  private void leave(Session session) {
    SessionRecords.left(session);
    sessions.left(session, 0);
  }

  /** Why what belongs to a session does not come where that did not; null = it did. */
  private @Nullable Outcome without(String clientId) {
    Session session = current;
    if (session == null) {
      return became.fate() == SessionCopy.Fate.REFUSED
          ? Outcome.refused("the session of " + clientId + " was not imported")
          : became;
    }
    return session.hasEnded()
        ? Outcome.refused("the session of " + clientId + " has ended meanwhile")
        : null;
  }

  /** Adds a subscription to the session that came last. */
  public Outcome subscription(String clientId, Subscription subscription) {
    Outcome without = without(clientId);
    Session session = current;
    if (without != null || session == null) {
      return without == null ? Outcome.TAKEN : without;
    }
    if (session.subscription(subscription.filter()) != null) {
      return Outcome.refused("the session has that subscription already");
    }
    ReasonCode answer = subscriptions.subscribe(session, subscription, false);
    return answer.isError()
        ? Outcome.refused("the subscription is refused: " + answer)
        : Outcome.TAKEN;
  }

  /** Adds a message, behind those that the session that came last has. */
  public Outcome message(String clientId, RecoveredSession.Message message) {
    Outcome without = without(clientId);
    Session session = current;
    if (without != null || session == null) {
      return without == null ? Outcome.TAKEN : without;
    }
    if (context.store().isFullOfMessages()) {
      return Outcome.refused("the store has no room");
    }
    context.loop().budget().spend(TurnBudget.DELIVERY);
    Deliveries all = session.deliveries();
    return message.packetId() == 0
        ? queue(session, all, message)
        : restoreSent(session, all, message);
  }

  private Delivery delivery(
      Deliveries all, RecoveredSession.Message message, @Nullable PublishMessage kept) {
    DeliveryOptions options = message.delivery();
    GroupName group = options.group();
    return new Delivery(
        kept,
        options.qos(),
        options.retain(),
        options.identifiers(),
        group == null ? null : tree.group(group),
        all.takeSequence());
  }

  private Outcome queue(Session session, Deliveries all, RecoveredSession.Message message) {
    PublishMessage kept = message.message();
    if (kept == null || kept.isExpired(context.loop().nowMillis())) {
      return Outcome.EXPIRED;
    }
    Delivery delivery = delivery(all, message, kept);
    if (!hasRoom(all, delivery)) {
      return Outcome.refused("messages take all the memory that they may");
    }
    DropReason full = all.hasRoom() ? all.enqueue(delivery, 0) : DropReason.QUEUE_FULL;
    all.pumpLater();
    return full == null
        ? Outcome.TAKEN
        : Outcome.refused("there is no room for one more message: " + full);
  }

  /** What others have is not given up for it. */
  private boolean hasRoom(Deliveries all, Delivery delivery) {
    return all.unsent().isStored(delivery)
        || context.held().bytes() + delivery.bytes() <= context.held().limit();
  }

  /** Its packet identifier is taken until the client has acknowledged it. */
  private Outcome restoreSent(Session session, Deliveries all, RecoveredSession.Message message) {
    InflightWindow places = all.inflightDeliveries().places();
    SessionRecords records = session.records;
    if (session.owner != null || records == null) {
      return Outcome.refused("its client has come meanwhile: it may get the message again");
    }
    if (all.size() > 0 || places.get(message.packetId()) != null) {
      return Outcome.refused("it stands behind others, or has the packet identifier of another");
    }
    Delivery delivery = delivery(all, message, message.taken() ? TAKEN : message.message());
    delivery.packetId = message.packetId();
    if (message.taken()) {
      delivery.received();
    }
    if (places.size() >= context.conf().queues().length() || !hasRoom(all, delivery)) {
      return Outcome.refused("messages take all the memory that they may");
    }
    tell(records, delivery);
    places.restore(delivery);
    if (message.taken() || !context.held().hold(all, delivery)) {
      context.held().holdWithoutMessage(all, delivery);
    }
    return Outcome.TAKEN;
  }

  private static void tell(SessionRecords records, Delivery sent) {
    records.queued(sent, 0);
    records.sent(sent);
    if (sent.isReceived()) {
      records.taken(sent);
    }
  }
}
