package io.nanomq.session;

import io.nanomq.authn.ClientIdentity;
import io.nanomq.authz.ClientAccess;
import io.nanomq.codec.ProtocolError;
import io.nanomq.codec.ReasonCode;
import io.nanomq.event.BrokerEvent.End;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.Timeout;
import io.nanomq.loop.TurnBudget;
import io.nanomq.memory.Account;
import io.nanomq.memory.Accounts;
import io.nanomq.memory.Budget;
import io.nanomq.memory.Purpose;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.AccessAction;
import io.nanomq.packet.Connect;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.Will;
import io.nanomq.persistence.RecoveredSession;
import io.nanomq.persistence.SessionRecord;
import io.nanomq.router.Subscriber;
import io.nanomq.router.TopicTree;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** Begins, resumes, expires and ends the sessions of one loop, and publishes their wills. */
@LoopConfined
public final class LoopSessions {
  /** Whoever has a session may always come back to it with a CONNECT that costs no more. */
  private static final int SMALL_CONNECT = 1024;

  private final SessionContext context;
  private final LoopContext loop;
  private final SessionRegistry registry;
  private final TopicTree tree;
  private final Publisher publisher;
  private final Budget budget;
  private final Accounts accounts;

  public LoopSessions(
      SessionContext context, SessionRegistry registry, TopicTree tree, Publisher publisher) {
    this.context = context;
    this.loop = context.loop();
    this.registry = registry;
    this.tree = tree;
    this.publisher = publisher;
    this.budget = context.budgets().of(Purpose.SESSIONS);
    this.accounts = context.budgets().accounts();
  }

  /**
   * What a CONNECT gets.
   *
   * @param present whether it is a session that was there before
   */
  public record Opened(Session session, boolean present) {}

  /**
   * Resumes the client's session, or begins one. Whoever serves that client on this loop is told
   * that it is taken over, but not before it is sure that the CONNECT is not refused.
   *
   * @param socket who will serve it
   * @param keepAliveSeconds keep alive in force
   * @param expirySeconds Session Expiry Interval in force
   * @param account who is charged for a session that begins
   * @return null where another loop has begun one for that client since the caller looked
   * @throws ProtocolError 0x97 where it would be one more than there may be, or would cost more
   *     than its account or everybody may hold. A session that is there may always be resumed with
   *     a CONNECT of up to {@value #SMALL_CONNECT} bytes
   */
  public @Nullable Opened open(
      Connect connect,
      PacketWriter socket,
      int keepAliveSeconds,
      long expirySeconds,
      Account account) {
    assert loop.isHere() : "a session is opened on another thread";
    Session before = registry.find(connect.clientId());
    if (before != null && before.loop() != loop) {
      return null;
    }
    boolean lasts = expirySeconds > 0;
    if (lasts && context.refusesSession(before == null || connect.cleanStart())) {
      throw full("the store has no room for a durable session");
    }
    Session session =
        before == null
            ? begin(connect, memory(connect, lasts, account), context.maxSessions())
            : takeOver(before, connect, lasts, account);
    if (session == null) {
      return null;
    }
    session.prepare(connect, socket, keepAliveSeconds, expirySeconds);
    count(session);
    return new Opened(session, session == before);
  }

  /**
   * Begins the session of a client that has not come yet, as if it had come and gone.
   *
   * @param connect what the client is taken to have sent
   * @param nobody who it is until it comes
   * @return null where there is one
   * @throws ProtocolError 0x97 as {@link #open}
   */
  @Nullable Session reserve(Connect connect, ClientIdentity nobody) {
    assert loop.isHere() : "a session is begun on another thread";
    if (registry.find(connect.clientId()) != null) {
      return null;
    }
    Session session = begin(connect, memory(connect, true, null), context.maxSessions());
    if (session != null) {
      long expiry = context.conf().client().maxSessionExpirySeconds();
      session.identity(nobody, session.access().client());
      session.prepare(connect, null, 0, expiry);
      if (expiry != Connect.NEVER_EXPIRES) {
        session.endTimeout = later(Math.max(1, expiry) * 1000, () -> end(session, End.EXPIRED));
      }
      count(session);
    }
    return session;
  }

  /**
   * Begins a session that an earlier process has left; the store knows it where it has a number.
   *
   * @return null where there is one
   * @throws ProtocolError 0x97 as {@link #open}
   */
  @Nullable Session restore(RecoveredSession left, @Nullable Account account) {
    SessionRecord record = left.record();
    Connect connect = record.connect();
    Session session = begin(connect, memory(connect, true, account), context.maxSessions());
    if (session != null) {
      if (left.number() > 0) {
        session.records = SessionRecords.restored(context.store(), left.number(), record);
      }
      session.prepare(connect, null, record.keepAliveSeconds(), record.expirySeconds());
      count(session);
    }
    return session;
  }

  private @Nullable Session takeOver(
      Session session, Connect connect, boolean lasts, Account account) {
    SessionMemory memory = admit(session, connect, lasts, account);
    session.disconnect(ReasonCode.SESSION_TAKEN_OVER, "another connection took the session over");
    if (connect.cleanStart()) {
      // Its delayed will is published now, since the session ends [MQTT-3.1.3-9].
      end(session, End.DISCARDED);
    }
    if (session.hasEnded()) {
      // In its place: it needs none of its own.
      return begin(connect, memory, Integer.MAX_VALUE);
    }
    memory.close();
    cancelEnd(session);
    session.pendingWill = null;
    return session;
  }

  /**
   * Makes sure that there is room for a CONNECT before anything changes for who is there.
   *
   * @return what a session is counted in that comes in the place of this one
   */
  private SessionMemory admit(Session session, Connect connect, boolean lasts, Account account) {
    boolean ends = connect.cleanStart() || !session.isDurable();
    if (ends && session.account() != account) {
      return memory(connect, lasts, account);
    }
    resume(session.memory(), connect, lasts);
    return new SessionMemory(budget, account, context.store().isLasting());
  }

  /** A will may be as large as a packet, and each client may have one. */
  private void resume(SessionMemory memory, Connect connect, boolean lasts) {
    if (!memory.open(SessionMemory.cost(connect), lasts)) {
      if (connect.keptBytes() > SMALL_CONNECT) {
        throw full("no room for a will or a text as long as that");
      }
      memory.record(SessionMemory.cost(connect));
    }
  }

  private SessionMemory memory(Connect connect, boolean lasts, @Nullable Account account) {
    var memory = new SessionMemory(budget, account, context.store().isLasting());
    if (!memory.open(SessionMemory.cost(connect), lasts)) {
      throw full("sessions take all that they may, or all that this client's may");
    }
    if (!memory.countSession(context.conf().quotas().sessions())) {
      memory.close();
      throw full("as many sessions as one user may have");
    }
    return memory;
  }

  /**
   * Begins a session.
   *
   * @param most sessions that there may be
   * @return null where another loop was quicker
   */
  private @Nullable Session begin(Connect connect, SessionMemory memory, int most) {
    memory.countSession(0);
    Session session = new Session(connect.clientId(), loop, context, memory);
    boolean added = false;
    try {
      added = registry.tryAdd(session, most);
    } catch (ProtocolError full) {
      loop.counters().drop(DropReason.SESSION_LIMIT);
      throw full;
    } finally {
      if (added) {
        accounts.acquire(memory.account());
      } else {
        memory.close();
      }
    }
    return added ? session : null;
  }

  private ProtocolError full(String what) {
    loop.counters().drop(DropReason.SESSION_LIMIT);
    return new ProtocolError(ReasonCode.QUOTA_EXCEEDED, what);
  }

  private static void count(Session session) {
    if (!session.hasEnded()) {
      session.memory().count(session);
    }
  }

  private void cancelEnd(Session session) {
    loop.timer().cancel(session.endTimeout);
    loop.timer().cancel(session.willTimeout);
    session.endTimeout = null;
    session.willTimeout = null;
  }

  /**
   * The session's socket is gone.
   *
   * @param withWill whether the will is to be published: not after a normal DISCONNECT
   */
  public void disconnected(Session session, boolean withWill) {
    assert loop.isHere() && session.loop() == loop : "a session of another loop";
    if (session.hasEnded()) {
      return;
    }
    session.detach();
    SessionRecords.left(session);
    if (!withWill && session.takeWill() != null) {
      settleWill(session, session.connect());
    }
    left(session, 0);
  }

  /**
   * Will and end of a session without a socket.
   *
   * @param agoMillis how long ago that went
   */
  void left(Session session, long agoMillis) {
    long expiry = session.expirySeconds();
    Will will = session.takeWill();
    if (will != null) {
      long delay = Math.min(will.delaySeconds(), expiry) * 1000 - agoMillis;
      if (delay <= 0) {
        publish(session, will);
      } else {
        session.pendingWill = will;
        session.willTimeout = later(delay, () -> publishPending(session));
      }
    }
    count(session);
    long rest = expiry * 1000 - agoMillis;
    if (expiry == 0 || rest <= 0 && expiry != Connect.NEVER_EXPIRES) {
      end(session, expiry == 0 ? End.NORMAL : End.EXPIRED);
    } else if (expiry != Connect.NEVER_EXPIRES) {
      session.endTimeout = later(rest, () -> end(session, End.EXPIRED));
    }
  }

  private Timeout later(long millis, Runnable action) {
    Timeout timeout = Timeout.of(action);
    loop.timer().arm(timeout, loop.nowMillis() + millis);
    return timeout;
  }

  private void publishPending(Session session) {
    Will will = session.pendingWill;
    session.pendingWill = null;
    if (will != null) {
      publish(session, will);
    }
    count(session);
  }

  /** A will's time has come; null = there is none. */
  void publish(Session session, @Nullable Will will) {
    Connect from = session.connect();
    if (will != null) {
      PublishMessage message = will.toMessage(loop.nowMillis());
      if (!isOut(session, message)) {
        // The session may end meanwhile, or have another CONNECT: what waits counts by itself.
        int cost = SessionMemory.cost(from) + SessionMemory.cost(will);
        Runnable settle = () -> settleWill(session, from);
        publish(
            session,
            message,
            context.budgets().counted(Purpose.SESSIONS, session.account(), cost, settle));
        return;
      }
    }
    settleWill(session, from);
  }

  /** Very many connections may break at once: nobody with little to do waits for their wills. */
  private void publish(Session session, PublishMessage message, Runnable then) {
    if (isOut(session, message)) {
      then.run();
      return;
    }
    Runnable again = () -> publish(session, message, then);
    if (session.access().isDecided(message.topic())) {
      loop.budget().behindOthers(again);
    } else {
      session.access().ask(AccessAction.PUBLISH, message.topic().text(), null, () -> false, again);
    }
  }

  /** Publishes a will if this turn has room for it; true as well where it may not be published. */
  private boolean isOut(Session session, PublishMessage message) {
    ClientAccess access = session.access();
    return access.isDecided(message.topic())
        && (!access.mayPublish(message.topic())
            || !loop.budget().isUsedUp() && publisher.publishInTurn(message, session));
  }

  /**
   * @param from the CONNECT that brought the will: who has come back meanwhile may have brought
   *     another one, and the store has that in its place
   */
  private static void settleWill(Session session, Connect from) {
    if (session.connect() == from) {
      SessionRecords.willSettled(session);
    }
    if (session.hasEnded()) {
      session.memory().close(); // that of one which was there for its will alone
    }
  }

  /** Ends a session that has no socket: subscriptions go, a waiting will is published. */
  public void end(Session session) {
    end(session, End.KICKED);
  }

  private void end(Session session, End why) {
    assert loop.isHere() && session.loop() == loop : "a session of another loop";
    if (session.hasEnded()) {
      return;
    }
    session.markEnded();
    if (session.isPrepared()) {
      context.events().ended(session.connect(), why);
    }
    loop.budget().spend(TurnBudget.CONNECTION);
    cancelEnd(session);
    Subscriptions.uncount(session.account(), session.subscriptions().size());
    unsubscribe(session.subscriptions().iterator());
    publishPending(session);
    session.redispatch();
    registry.remove(session);
    session.memory().close();
    accounts.release(session.account());
  }

  /** Takes subscriptions out of the tree, so many a turn that other clients hardly notice. */
  private void unsubscribe(Iterator<Subscriber> subscribers) {
    TurnBudget budget = loop.budget();
    while (subscribers.hasNext() && !budget.isUsedUp()) {
      Subscriptions.remove(subscribers.next(), tree, budget);
    }
    if (subscribers.hasNext()) {
      budget.nextTurn(() -> unsubscribe(subscribers));
    }
  }
}
