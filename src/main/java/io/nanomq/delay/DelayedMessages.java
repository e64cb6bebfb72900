package io.nanomq.delay;

import io.nanomq.authn.Authenticator;
import io.nanomq.authn.ClientIdentity;
import io.nanomq.authz.AccessClient;
import io.nanomq.authz.AccessRules;
import io.nanomq.authz.AccessVerdict;
import io.nanomq.authz.LoopAccess;
import io.nanomq.codec.ReasonCode;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.LoopTimer;
import io.nanomq.loop.Timeout;
import io.nanomq.loop.TurnBudget;
import io.nanomq.memory.Account;
import io.nanomq.memory.Budget;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.AccessAction;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.TopicName;
import io.nanomq.session.Publisher;
import io.nanomq.session.Session;
import io.nanomq.session.SessionRegistry;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one loop that are published later, those of the same time in the order in which
 * they came. Bounded in count, and in bytes of a budget in which each account has its share. They
 * live as long as the process.
 */
@LoopConfined
public final class DelayedMessages {
  /** Messages that one loop may keep. */
  public static final int MAX_MESSAGES = 100_000;

  /** A place in the queue, besides the message. */
  private static final int OVERHEAD_BYTES = 96;

  /** One of the rules that a token brought, as it is asked, which may outlive its session here. */
  private static final int RULE_BYTES = 512;

  private final LoopContext loop;
  private final Publisher publisher;
  private final SessionRegistry sessions;
  private final LoopAccess access;
  private final Authenticator authenticator;
  private final Budget memory;
  private final Timeout due = Timeout.of(this::publishDue);
  private final PriorityQueue<Delayed> queue =
      new PriorityQueue<>(
          Comparator.comparingLong(Delayed::dueMillis).thenComparingLong(Delayed::number));
  private long count;

  /**
   * One message.
   *
   * @param identity by what its client was let in when it sent it
   * @param client the same, as rules are asked about it
   * @param isAllowed whether it was judged again, where the client is now, since it is due
   */
  private record Delayed(
      PublishMessage message,
      ClientIdentity identity,
      AccessClient client,
      @Nullable Account account,
      long dueMillis,
      long number,
      boolean isAllowed) {
    int bytes() {
      AccessRules own = client.own();
      int rules = own == null ? 0 : own.size() * RULE_BYTES + identity.keptBytes();
      return message.retainedBytes() + OVERHEAD_BYTES + rules;
    }

    Delayed allowed() {
      return new Delayed(message, identity, client, account, dueMillis, number, true);
    }
  }

  /**
   * @param sessions whose message it is when its time has come
   * @param access rules, which are asked anew then
   * @param authenticator asked then whether who has sent it would still be let in
   */
  public DelayedMessages(
      LoopContext loop,
      Publisher publisher,
      SessionRegistry sessions,
      LoopAccess access,
      Authenticator authenticator,
      Budget memory) {
    this.access = access;
    this.authenticator = authenticator;
    this.loop = loop;
    this.publisher = publisher;
    this.sessions = sessions;
    this.memory = memory;
  }

  /**
   * Keeps a message for later.
   *
   * @return success, or quota exceeded where there is no room for it
   */
  public ReasonCode add(PublishMessage message, int seconds, Session session) {
    // The loop's clock may be a tick behind, and nothing comes before its time.
    long dueMillis = loop.nowMillis() + TimeUnit.SECONDS.toMillis(seconds) + LoopTimer.TICK_MILLIS;
    Delayed delayed =
        new Delayed(
            message,
            session.identity(),
            session.access().client(),
            session.account(),
            dueMillis,
            count++,
            false);
    if (queue.size() >= MAX_MESSAGES || !memory.take(delayed.account, 0, delayed.bytes())) {
      loop.counters().drop(DropReason.MEMORY_FULL);
      return ReasonCode.QUOTA_EXCEEDED;
    }
    queue.add(delayed);
    if (queue.peek() == delayed) {
      loop.timer().arm(due, dueMillis);
    }
    return ReasonCode.SUCCESS;
  }

  private void publishDue() {
    TurnBudget budget = loop.budget();
    Delayed next = queue.peek();
    while (next != null && next.dueMillis <= loop.nowMillis() && !budget.isUsedUp()) {
      if (!settle(next)) {
        break;
      }
      queue.poll();
      next = queue.peek();
    }
    if (next != null) {
      // One that is due already waits for the next tick, as what the others have not taken does.
      loop.timer().arm(due, Math.max(next.dueMillis, loop.nowMillis() + 1));
    }
  }

  /**
   * What becomes of a message that is due.
   *
   * @return whether it has left the queue; false = not in this turn
   */
  private boolean settle(Delayed delayed) {
    if (delayed.message.isExpired(loop.nowMillis())) {
      loop.counters().drop(DropReason.EXPIRED);
      return done(delayed);
    }
    Session session = sessions.find(delayed.client.clientId());
    boolean isHere = session != null && session.loop() == loop;
    if (!delayed.isAllowed && session != null && !isHere) {
      askWhereItIs(delayed, session);
      return true;
    }
    if (!delayed.isAllowed && !mayPublish(delayed, session)) {
      return done(delayed);
    }
    return publisher.publishInTurn(delayed.message, isHere ? session : null) && done(delayed);
  }

  private boolean done(Delayed delayed) {
    memory.give(delayed.account, delayed.bytes());
    return true;
  }

  /** As a will: who may no longer does not speak by what was sent in time. */
  private boolean mayPublish(Delayed delayed, @Nullable Session session) {
    Boolean now = session == null ? null : mayPublishNow(delayed, session);
    if (now != null) {
      return now;
    }
    // It has gone; what it had shown counts as long as it would.
    TopicName topic = delayed.message.topic();
    if (!authenticator.holds(delayed.identity)) {
      access.denied(
          delayed.client, AccessAction.PUBLISH, topic.text(), AccessVerdict.IDENTITY_ENDED);
      return false;
    }
    // A web server was asked when it came.
    return access.isUndecided(delayed.client, topic) || access.mayPublish(delayed.client, topic);
  }

  /** What the client has shown last counts, on the session's loop; null = it is somebody else's. */
  private @Nullable Boolean mayPublishNow(Delayed delayed, Session session) {
    ClientIdentity identity = session.identity();
    if (session.hasEnded()
        || !identity.isSameUser(delayed.identity)
        || !authenticator.holds(identity)) {
      return null;
    }
    TopicName topic = delayed.message.topic();
    return !session.access().isDecided(topic) || session.access().mayPublish(topic);
  }

  private void askWhereItIs(Delayed delayed, Session session) {
    session
        .loop()
        .eventLoop()
        .execute(
            () -> {
              Boolean now = mayPublishNow(delayed, session);
              loop.eventLoop().execute(() -> answered(delayed, now));
            });
  }

  private void answered(Delayed delayed, @Nullable Boolean now) {
    if (now == null ? mayPublish(delayed, null) : now) {
      queue.add(delayed.allowed());
      publishDue();
    } else {
      done(delayed);
    }
  }
}
