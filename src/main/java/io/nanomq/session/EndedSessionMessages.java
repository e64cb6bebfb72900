package io.nanomq.session;

import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.TurnBudget;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.PublishMessage;
import io.nanomq.queue.Delivery;
import io.nanomq.queue.GroupDelivery;
import io.nanomq.router.SharedGroup;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a session that has ended. What shared subscriptions brought and nobody has goes
 * to another member, but for QoS 2 messages that were sent: the client may have them
 * [MQTT-4.8.2-5]. There may be very many, so it is as many a turn as there is room for.
 */
@LoopConfined
final class EndedSessionMessages {
  /** Units of a turn: it leaves list, map and counters, which nobody has touched for long. */
  private static final int COST = 3 * TurnBudget.DELIVERY;

  /** What a group's other members get is stored again, as fast as the disk takes it. */
  private static final int WAIT_MILLIS = 5;

  private final Session session;
  private final SessionContext context;
  private final Deliveries deliveries;
  private final TurnBudget budget;

  EndedSessionMessages(Session session, SessionContext context, Deliveries deliveries) {
    this.session = session;
    this.context = context;
    this.deliveries = deliveries;
    this.budget = context.loop().budget();
  }

  void handOn() {
    while (hasMore()) {
      Delivery sent = deliveries.inflightDeliveries().first();
      if (sent != null && sent.isForOthers() && deliveries.unsent().brings(sent, this::handOn)) {
        ending();
        return;
      }
      Delivery next = sent == null ? deliveries.queue().first() : sent;
      if (next != null && next.isForOthers() && context.store().isBehind()) {
        ending();
        context.loop().eventLoop().schedule(() -> handOn(), WAIT_MILLIS, TimeUnit.MILLISECONDS);
        return;
      }
      budget.spend(COST);
      handOn(sent == null ? deliveries.queue().poll() : deliveries.inflightDeliveries().poll());
      if (budget.isUsedUp() && hasMore()) {
        ending();
        budget.nextTurn(this::handOn);
        return;
      }
    }
    if (deliveries.unsent().bringsMore(this::handOn)) {
      ending();
      return;
    }
    // Until here others that need room may have it.
    context.held().close(deliveries);
    SessionRecords.forget(session);
  }

  private boolean hasMore() {
    return deliveries.inflightDeliveries().first() != null || !deliveries.queue().isEmpty();
  }

  private void ending() {
    SessionRecords records = session.records;
    if (records != null) {
      records.ending();
    }
  }

  private void handOn(@Nullable Delivery delivery) {
    if (delivery == null) {
      return;
    }
    PublishMessage message = delivery.message;
    SharedGroup group = delivery.isForOthers() ? delivery.group : null;
    context.held().letGo(deliveries, delivery);
    if (message != null && group != null) {
      context.fanOut().redispatch(GroupDelivery.takeNumber(delivery), group, message);
    } else if (!delivery.isReceived()) {
      context.events().dropped(session.connect(), DropReason.SESSION_ENDED, message);
    }
    if (group != null) {
      // Only now: the store keeps it for this member until another one has it.
      SessionRecords.settled(session, delivery, context.fanOut());
    }
  }
}
