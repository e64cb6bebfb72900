package io.nanomq.router;

import io.nanomq.codec.OutgoingPublish;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.TurnBudget;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives a message to those recipients of one loop whose own filters match, MQTT 5.0 section 3.3.4:
 * one copy each, or one for each filter.
 */
@LoopConfined
final class NodeDelivery {
  private final int index;
  private final TurnBudget budget;
  private final CurrentMessage current;
  private final OutgoingPublish outgoing;
  private final BooleanSupplier copyPerFilter;
  private final DistinctRecipients distinct = new DistinctRecipients();

  NodeDelivery(LoopContext loop, CurrentMessage current, BooleanSupplier copyPerFilter) {
    this.index = loop.index();
    this.budget = loop.budget();
    this.current = current;
    this.outgoing = current.outgoing();
    this.copyPerFilter = copyPerFilter;
  }

  /** Delivers to all of the loop. */
  void deliver(Match match, @Nullable Recipient publisher) {
    TopicNode[] nodes = match.nodes();
    if (nodes.length == 1 || copyPerFilter.getAsBoolean()) {
      for (TopicNode node : nodes) {
        deliverNode(node.slot(index), publisher);
      }
      return;
    }
    distinct.begin();
    for (TopicNode node : nodes) {
      gatherNode(node.slot(index), publisher);
    }
    budget.spend(distinct.filters() * (long) TurnBudget.VISIT);
    budget.spend((long) distinct.size() * current.cost());
    deliverDistinct();
  }

  /**
   * Delivers one copy each to those of the loop that have not had it.
   *
   * @param had numbers by which the store knows those that have, in order
   */
  void deliverToOthers(Match match, long[] had) {
    distinct.begin();
    for (TopicNode node : match.nodes()) {
      for (Subscriber subscriber : node.subscribers(index)) {
        if (Arrays.binarySearch(had, subscriber.recipient().storedNumber()) < 0) {
          distinct.add(subscriber);
        }
      }
    }
    deliverDistinct();
  }

  private void deliverDistinct() {
    for (int i = 0; i < distinct.size(); i++) {
      int qos = Math.min(outgoing.qos(), distinct.qos(i));
      boolean retain = outgoing.retain() && distinct.retain(i);
      current.give(distinct.recipient(i), qos, retain, distinct.identifiers(i));
    }
    distinct.end();
  }

  /** Delivers to one recipient of those that were found in turns before. */
  void deliverTo(SubscriptionsByRecipient found, int i) {
    distinct.begin();
    budget.spend(found.addTo(distinct, i) * (long) TurnBudget.VISIT);
    budget.spend(current.cost());
    deliverDistinct();
  }

  private void deliverNode(@Nullable Object slot, @Nullable Recipient publisher) {
    if (slot instanceof Subscriber only) {
      deliverCounted(only, publisher);
    } else if (slot instanceof LoopSubscribers list) {
      budget.spend((long) list.size() * current.cost());
      for (int i = 0; i < list.size(); i++) {
        deliverOne(list.get(i), publisher);
      }
    }
  }

  /** Delivers what one subscription brings, and counts that into the turn. */
  void deliverCounted(Subscriber subscriber, @Nullable Recipient publisher) {
    budget.spend(current.cost());
    deliverOne(subscriber, publisher);
  }

  /** Delivers what one subscription brings. */
  void deliverOne(Subscriber subscriber, @Nullable Recipient publisher) {
    Recipient recipient = subscriber.recipient();
    if (recipient == publisher && subscriber.noLocal()) {
      return;
    }
    int qos = Math.min(outgoing.qos(), subscriber.qos());
    boolean retain = outgoing.retain() && subscriber.retainAsPublished();
    current.give(recipient, qos, retain, subscriber.identifiers());
  }

  private void gatherNode(@Nullable Object slot, @Nullable Recipient publisher) {
    if (slot instanceof Subscriber only) {
      gatherOne(only, publisher);
    } else if (slot instanceof LoopSubscribers list) {
      for (int i = 0; i < list.size(); i++) {
        gatherOne(list.get(i), publisher);
      }
    }
  }

  private void gatherOne(Subscriber subscriber, @Nullable Recipient publisher) {
    if (subscriber.recipient() != publisher || !subscriber.noLocal()) {
      distinct.add(subscriber);
    }
  }
}
