package io.nanomq.delay;

import io.nanomq.authz.AccessClient;
import io.nanomq.authz.AccessRules;
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

  /** One of the rules that a token brought, which may outlive its session here. */
  private static final int RULE_BYTES = 512;

  private final LoopContext loop;
  private final Publisher publisher;
  private final SessionRegistry sessions;
  private final LoopAccess access;
  private final Budget memory;
  private final Due due = new Due();
  private final PriorityQueue<Delayed> queue =
      new PriorityQueue<>(
          Comparator.comparingLong(Delayed::dueMillis).thenComparingLong(Delayed::number));
  private long count;

  /** One message. */
  private record Delayed(
      PublishMessage message,
      AccessClient client,
      @Nullable Account account,
      long dueMillis,
      long number) {
    int bytes() {
      AccessRules own = client.own();
      return message.retainedBytes() + OVERHEAD_BYTES + (own == null ? 0 : own.size() * RULE_BYTES);
    }
  }

  /** The first one is due. */
  private final class Due extends Timeout {
    @Override
    protected void expired() {
      publishDue();
    }
  }

  /**
   * @param sessions whose message it is when its time has come, for No Local
   * @param access rules, which are asked anew then
   */
  public DelayedMessages(
      LoopContext loop,
      Publisher publisher,
      SessionRegistry sessions,
      LoopAccess access,
      Budget memory) {
    this.access = access;
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
        new Delayed(message, session.access().client(), session.account(), dueMillis, count++);
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
      if (!publish(next)) {
        break;
      }
      queue.remove();
      memory.give(next.account, next.bytes());
      next = queue.peek();
    }
    if (next != null) {
      // One that is due already waits for the next tick, as what the others have not taken does.
      loop.timer().arm(due, Math.max(next.dueMillis, loop.nowMillis() + 1));
    }
  }

  /** As a will: who may no longer does not speak by what was sent in time. */
  private boolean mayPublish(AccessClient client, TopicName topic) {
    // A web server was asked when it came.
    return access.isUndecided(client, topic) || access.mayPublish(client, topic);
  }

  /**
   * @return false = not in this turn
   */
  private boolean publish(Delayed delayed) {
    if (delayed.message.isExpired(loop.nowMillis())) {
      loop.counters().drop(DropReason.EXPIRED);
      return true;
    }
    if (!mayPublish(delayed.client, delayed.message.topic())) {
      return true;
    }
    Session session = sessions.find(delayed.client.clientId());
    boolean isHere = session != null && session.loopIndex() == loop.index();
    return publisher.publishInTurn(delayed.message, isHere ? session : null);
  }
}
