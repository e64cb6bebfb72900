package io.nanomq.router;

import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.TurnBudget;
import io.nanomq.memory.HeapBytes;
import io.nanomq.packet.PublishMessage;
import org.jspecify.annotations.Nullable;

/**
 * A message that goes to more of a loop's recipients than a turn has room for: as many a turn as
 * there is room. Who subscribes all the while gets it once; who comes meanwhile may not get it.
 */
@LoopConfined
final class LargeDelivery {
  /**
   * Who of those that match gets it this way: first the nodes' subscribers, then the groups.
   *
   * @param unkept loops that the store was not told of, a bit for each
   * @param groupsFull whether it was told of no group
   */
  record Parts(boolean nodes, boolean groups, long unkept, boolean groupsFull) {
    static final Parts NODES = new Parts(true, false, 0, false);

    /** Copies that these make on a loop, about. */
    int copies(Match match, int loop) {
      return (nodes ? match.size(loop) : 0) + (groups ? match.groups().length : 0);
    }
  }

  private final PublishMessage message;
  private final Match match;
  private final Parts parts;
  private final @Nullable Recipient publisher;
  private final int loop;
  // By what number the store knows it; 0 = it does not.
  private final long number;
  private final long weight;
  // Each recipient once; null = a copy for each filter.
  private final @Nullable SubscriptionsByRecipient found;
  // how far it is
  private int node;
  private Subscriber @Nullable [] subscribers;
  private int at;
  private int served;
  private int group;

  /**
   * @param publisher whose own subscriptions with No Local are passed over; null = nobody's
   * @param loop index of the loop whose recipients it is for
   * @param copyPerFilter whether overlapping filters get a copy each
   * @param number by which the store knows the message; 0 = it does not
   */
  LargeDelivery(
      PublishMessage message,
      Match match,
      Parts parts,
      @Nullable Recipient publisher,
      int loop,
      boolean copyPerFilter,
      long number) {
    this.message = message;
    this.match = match;
    this.parts = parts;
    this.publisher = publisher;
    this.loop = loop;
    this.number = number;
    this.weight = parts.copies(match, loop);
    this.found = match.nodes().length == 1 || copyPerFilter ? null : new SubscriptionsByRecipient();
  }

  PublishMessage message() {
    return message;
  }

  Match match() {
    return match;
  }

  Parts parts() {
    return parts;
  }

  /** By what number the store knows it; 0 = it does not. */
  long number() {
    return number;
  }

  /** The same where the subscribers of the loop are meant. */
  long numberOfNodes() {
    DurableTargets durable = match.durable();
    boolean isTold = durable != null && durable.isOn(loop) && (parts.unkept & 1L << loop) == 0;
    return parts.nodes && isTold ? number : 0;
  }

  /** The next group that has not had its part, by its place in the match; -1 = there is none. */
  int nextGroup() {
    return parts.groups && group < match.groups().length ? group++ : -1;
  }

  /** What it keeps, in bytes. */
  int bytes() {
    return message.retainedBytes() + HeapBytes.references(match.nodes().length);
  }

  /** Copies that it was counted as when it was put off. */
  long weight() {
    return weight;
  }

  /**
   * Goes on as far as there is room.
   *
   * @param to makes the copies, and has begun with the message
   * @param cost of a copy
   * @param leaves units of the turn that are for others
   * @return whether all have got it
   */
  boolean goOn(FanOut to, long cost, TurnBudget budget, long leaves) {
    return (!parts.nodes || goOnWithNodes(to, cost, budget, leaves))
        && (!parts.groups || goOnWithGroups(to, budget, leaves));
  }

  private boolean goOnWithGroups(FanOut to, TurnBudget budget, long leaves) {
    while (group < match.groups().length) {
      if (budget.left() <= leaves) {
        return false;
      }
      to.deliverToGroup(match, group++, publisher);
    }
    return true;
  }

  private boolean goOnWithNodes(FanOut to, long cost, TurnBudget budget, long leaves) {
    while (node < match.nodes().length) {
      if (!goOnWithNode(to, cost, budget, leaves)) {
        return false;
      }
      subscribers = null;
      at = 0;
      node++;
    }
    while (found != null && served < found.size()) {
      if (budget.left() <= leaves) {
        return false;
      }
      to.nodes().deliverTo(found, served++);
    }
    return true;
  }

  private boolean goOnWithNode(FanOut to, long cost, TurnBudget budget, long leaves) {
    Subscriber[] all = subscribers;
    if (all == null) {
      // A copy: in the list itself the last one takes the place of who leaves.
      all = match.nodes()[node].subscribers(loop);
      subscribers = all;
    }
    while (at < all.length) {
      if (budget.left() <= leaves) {
        return false;
      }
      Subscriber subscriber = all[at++];
      if (!subscriber.isActive()) {
        continue;
      }
      if (found == null) {
        budget.spend(cost);
        to.nodes().deliverOne(subscriber, publisher);
      } else {
        budget.spend(TurnBudget.VISIT);
        find(found, subscriber);
      }
    }
    budget.spend(TurnBudget.VISIT);
    return true;
  }

  private void find(SubscriptionsByRecipient all, Subscriber subscriber) {
    if (subscriber.recipient() != publisher || !subscriber.noLocal()) {
      all.add(subscriber);
    }
  }
}
