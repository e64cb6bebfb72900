package io.nanomq.router;

import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.TurnBudget;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.TopicName;
import io.nanomq.router.LargeDelivery.Parts;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a loop that are delivered over several turns, one after the other. Messages of
 * other topics go ahead of them: a canary does not wait for a million copies. A later message of
 * the same topic comes behind, however few get it, so that the order of a topic is kept.
 *
 * <p>Confined to its loop but for {@link #isEnough}, which those who publish ask, and {@link
 * #mail}.
 */
@LoopConfined
final class LargeDeliveries {
  /** Recipients up to here get a message at once, whatever the turn has done. */
  private static final int LARGE = 1024;

  /** Copies that may be outstanding before those who publish more such messages wait. */
  private static final long ENOUGH = 4L * TurnBudget.PER_TURN / TurnBudget.DELIVERY;

  /** Messages that may wait here; twice as many of those whose publishers nobody can slow down. */
  private static final int MAX_WAITING = 1024;

  private static final Logger LOG = Logger.getLogger(LargeDeliveries.class);

  // Copies that are still to be made here, as was reckoned before; any loop asks and adds.
  private final AtomicLong weight = new AtomicLong();

  private final LoopContext loop;
  private final FanOut fanOut;
  private final PublishRecorder stored;
  private final BooleanSupplier copyPerFilter;
  // Half of what there is: the other half is for those whose publishers nobody can slow down.
  private final long maxBytes;
  private final LoopContext.TurnEnd nextTurn;
  private final Queue<LargeDelivery> waiting = new ArrayDeque<>();
  private final Map<String, Integer> topics = new HashMap<>();
  private long bytes;

  /**
   * @param fanOut the loop's
   * @param stored the loop's
   * @param copyPerFilter whether overlapping filters get a copy each
   * @param bytes that its messages may take
   */
  LargeDeliveries(
      LoopContext loop,
      FanOut fanOut,
      PublishRecorder stored,
      BooleanSupplier copyPerFilter,
      long bytes) {
    this.loop = loop;
    this.fanOut = fanOut;
    this.stored = stored;
    this.copyPerFilter = copyPerFilter;
    this.maxBytes = bytes / 2;
    Runnable turn = this::turn;
    this.nextTurn = () -> loop.eventLoop().execute(turn);
  }

  /**
   * A message that another loop sends to many.
   *
   * @param weight by how much this loop's was raised
   */
  record Mail(Match match, int weight) {}

  /** Whether so many may be too many for one turn. */
  static boolean isLarge(int recipients) {
    return recipients > LARGE;
  }

  /** Whether there is nothing, neither here nor on its way here. */
  boolean isIdle() {
    return waiting.isEmpty() && weight.get() == 0;
  }

  /** Whether as much is outstanding as should be; any loop may ask. */
  boolean isEnough() {
    return weight.get() > ENOUGH;
  }

  /** Whether those who can wait should; the others may add as much again. */
  boolean isFull() {
    return waiting.size() >= MAX_WAITING || bytes > maxBytes;
  }

  /** Whether a message of that topic has to come behind one that is waiting. */
  boolean holds(TopicName topic) {
    return !waiting.isEmpty() && topics.containsKey(topic.text());
  }

  /** Another loop is about to send one here; on that loop. */
  Mail mail(Match match, int recipients) {
    weight.addAndGet(recipients);
    return new Mail(match, recipients);
  }

  /** It has come; what becomes of it is another matter. */
  void arrived(Mail mail) {
    weight.addAndGet(-mail.weight());
  }

  /**
   * Whether a message is to be delivered here and not at once.
   *
   * @param cost of a copy
   */
  boolean takes(int recipients, int cost, TopicName topic) {
    return recipients > LARGE && (long) recipients * cost > loop.budget().left() || holds(topic);
  }

  /**
   * Delivers a message to those of some parts, from the next turn on.
   *
   * @param number by which the store knows it; 0 = it does not
   * @return false where too many wait: nobody gets it
   */
  boolean begin(
      PublishMessage message,
      Match match,
      Parts parts,
      @Nullable Recipient publisher,
      long number) {
    if (waiting.size() >= 2 * MAX_WAITING || bytes > 2 * maxBytes) {
      return false;
    }
    boolean copies = copyPerFilter.getAsBoolean();
    var delivery =
        new LargeDelivery(message, match, parts, publisher, loop.index(), copies, number);
    stored.putOff(delivery);
    weight.addAndGet(delivery.weight());
    bytes += delivery.bytes();
    if (waiting.isEmpty()) {
      loop.atTurnEnd(nextTurn);
    }
    waiting.add(delivery);
    topics.merge(message.topic().text(), 1, Integer::sum);
    return true;
  }

  private void turn() {
    TurnBudget budget = loop.budget();
    budget.reserve();
    long leaves = leaves(budget);
    while (!waiting.isEmpty() && budget.left() > leaves) {
      if (goOn(waiting.element(), leaves)) {
        remove();
      }
    }
    if (!waiting.isEmpty()) {
      loop.atTurnEnd(nextTurn);
    }
  }

  /**
   * What goes to more than a turn has room for gets a part of each. Of what goes to fewer, several
   * messages go out with one write to each client, if the turn has room for them.
   */
  private long leaves(TurnBudget budget) {
    LargeDelivery first = waiting.peek();
    boolean isHuge = first != null && first.weight() > TurnBudget.PER_TURN / TurnBudget.DELIVERY;
    return isHuge ? Math.max(0, budget.left() - TurnBudget.SLICE) : 0;
  }

  private boolean goOn(LargeDelivery delivery, long leaves) {
    PublishMessage message = delivery.message();
    if (message.isExpired(loop.nowMillis())) {
      // Those who have not begun to get it do not any more [MQTT-3.3.2-5].
      loop.counters().drop(DropReason.EXPIRED);
      return true;
    }
    try {
      return fanOut.goOn(delivery, leaves);
    } catch (Throwable failure) {
      LOG.error("A message could not be delivered to one of many", failure);
      // It has passed over that one.
      return false;
    }
  }

  private void remove() {
    LargeDelivery done = waiting.remove();
    stored.delivered(done);
    weight.addAndGet(-done.weight());
    bytes -= done.bytes();
    topics.computeIfPresent(
        done.message().topic().text(), (topic, count) -> count == 1 ? null : count - 1);
  }
}
