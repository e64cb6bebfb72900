package io.nanomq.router;

import io.nanomq.codec.OutgoingPublish;
import io.nanomq.config.model.ShareStrategy;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.TurnBudget;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.PublishMessage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives a message to one member of a shared group, MQTT 5.0 section 4.8.2: to the one whose turn it
 * is, or where that one does not take it, to another.
 */
@LoopConfined
final class SharedDelivery {
  private final LoopContext loop;
  private final int index;
  private final TurnBudget budget;
  private final CurrentMessage current;
  private final OutgoingPublish outgoing;
  private final Supplier<ShareStrategy> strategy;
  private final PublishRecorder stored;

  /**
   * A message on its way to the member of another loop that a shared group chose, where more is to
   * be said than the member.
   *
   * @param member whose turn it is
   * @param refusals who did not take it; null = nobody was asked before
   * @param isCounted whether the member has one more on its way until it arrives
   */
  record Offer(Subscriber member, @Nullable Refusals refusals, boolean isCounted) {
    /**
     * Where the fewest in flight decide, those on their way count, too: all go to one otherwise.
     */
    static Offer counted(Subscriber member, @Nullable Refusals refusals) {
      member.recipient().addOnTheWay(1);
      return new Offer(member, refusals, true);
    }

    /** On the member's loop. */
    void arrived() {
      if (isCounted) {
        member.recipient().addOnTheWay(-1);
      }
    }
  }

  SharedDelivery(
      LoopContext loop,
      CurrentMessage current,
      PublishRecorder stored,
      Supplier<ShareStrategy> strategy) {
    this.loop = loop;
    this.index = loop.index();
    this.budget = loop.budget();
    this.current = current;
    this.stored = stored;
    this.outgoing = current.outgoing();
    this.strategy = strategy;
  }

  /**
   * Picks a member, wherever it lives.
   *
   * @param publisher who sent the message; null = not known any more
   * @param before who has not taken the message; null = nobody was asked
   */
  void deliver(SharedGroup group, @Nullable Recipient publisher, @Nullable Refusals before) {
    ShareStrategy by = strategy.get();
    int key = key(by, publisher);
    Refusals refusals = before;
    while (refusals == null || !refusals.isFull()) {
      Subscriber member = group.pick(by, key, refusals, outgoing.sizeFloor());
      budget.spend(group.passedOver() * (long) TurnBudget.VISIT);
      if (member == null) {
        break;
      }
      int target = member.recipient().loopIndex();
      if (target != index && member.recipient().isFull()) {
        refusals = Refusals.with(refusals, member.recipient(), DropReason.QUEUE_FULL);
        continue;
      }
      if (target != index) {
        current.handOff(target, offered(member, refusals, by), outgoing.number());
        return;
      }
      DropReason why = offer(member, group);
      if (why == null) {
        done(group);
        return;
      }
      refusals = Refusals.with(refusals, member.recipient(), why);
    }
    done(group);
    drop(refusals);
  }

  /**
   * Gives a message to another member than the one that had it.
   *
   * @param number by which the store keeps it for the group; 0 = it does not
   */
  void redispatch(
      long number, SharedGroup group, PublishMessage message, @Nullable Refusals refusals) {
    long now = loop.nowMillis();
    if (message.isExpired(now)) {
      // Nobody else has begun to get it [MQTT-3.3.2-5].
      loop.counters().drop(DropReason.EXPIRED);
      stored.handedToGroup(number, group);
      return;
    }
    outgoing.begin(message, now);
    try {
      current.begin();
      outgoing.number(number == 0 ? stored.publishAgain(outgoing, group) : number);
      deliver(group, null, refusals);
    } finally {
      outgoing.end();
    }
  }

  /** A member has it and does not say when it is done with it, or nobody gets it. */
  void done(SharedGroup group) {
    stored.handedToGroup(outgoing.number(), group);
  }

  private static Object offered(
      Subscriber member, @Nullable Refusals refusals, ShareStrategy strategy) {
    if (strategy == ShareStrategy.LEAST_INFLIGHT) {
      return Offer.counted(member, refusals);
    }
    return refusals == null ? member : new Offer(member, refusals, false);
  }

  /** Another loop has picked a member of this one. */
  void deliverTo(Subscriber member, @Nullable Refusals before) {
    SharedGroup group = member.group;
    if (group == null) {
      return;
    }
    Refusals refusals = before;
    if (member.isActive()) {
      DropReason why = offer(member, group);
      if (why == null) {
        done(group);
        return;
      }
      refusals = Refusals.with(refusals, member.recipient(), why);
    }
    // It did not take it, or left while the message was on its way.
    deliver(group, null, refusals);
  }

  private int key(ShareStrategy by, @Nullable Recipient publisher) {
    if (by == ShareStrategy.HASH_CLIENTID && publisher != null) {
      return publisher.shareHash();
    }
    // Who has not got a message that was another's is of no concern any more.
    return by == ShareStrategy.HASH_TOPIC ? outgoing.topic().hashCode() : 0;
  }

  private @Nullable DropReason offer(Subscriber member, SharedGroup group) {
    budget.spend(current.cost());
    boolean retain = outgoing.retain() && member.retainAsPublished();
    int qos = Math.min(outgoing.qos(), member.qos());
    return current.offer(member.recipient(), qos, retain, member.identifiers(), group);
  }

  private void drop(@Nullable Refusals refusals) {
    if (refusals == null) {
      current.drop(DropReason.NO_MEMBER);
    } else if (refusals.last().loopIndex() == index) {
      current.drop(refusals.last(), refusals.why());
    } else {
      current.drop(refusals.why());
    }
  }
}
