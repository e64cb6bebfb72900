package io.nanomq.session;

import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.TurnBudget;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.PublishMessage;
import io.nanomq.queue.Delivery;
import io.nanomq.router.SharedGroup;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a session that has ended. What shared subscriptions brought and nobody has goes
 * to another member, but for QoS 2 messages that were sent: the client may have them
 * [MQTT-4.8.2-5]. There may be very many, so it is as many a turn as there is room for.
 */
@LoopConfined
final class Leftovers {
  /** Units of a turn: it leaves list, map and counters, which nobody has touched for long. */
  private static final int COST = 3 * TurnBudget.DELIVERY;

  private final Session session;
  private final SessionContext context;
  private final Deliveries deliveries;
  private final TurnBudget budget;
  private @Nullable Delivery inflight;

  Leftovers(Session session, SessionContext context, Deliveries deliveries) {
    this.session = session;
    this.context = context;
    this.deliveries = deliveries;
    this.budget = context.loop().budget();
    this.inflight = deliveries.inflightDeliveries().first();
  }

  void handOn() {
    Delivery next = next();
    while (next != null) {
      budget.spend(COST);
      handOn(next);
      if (budget.isUsedUp() && hasMore()) {
        SessionRecords records = session.records;
        if (records != null) {
          records.ending();
        }
        budget.nextTurn(this::handOn);
        return;
      }
      next = next();
    }
    if (deliveries.unsent().bringsMore(this::handOn)) {
      SessionRecords records = session.records;
      if (records != null) {
        records.ending();
      }
      return;
    }
    // Until here others that need room may have it.
    context.held().close(deliveries);
    SessionRecords.forget(session);
  }

  private boolean hasMore() {
    return inflight != null || !deliveries.queue().isEmpty();
  }

  private @Nullable Delivery next() {
    Delivery sent = inflight;
    if (sent == null) {
      return deliveries.queue().poll();
    }
    inflight = sent.next;
    return sent;
  }

  private void handOn(Delivery delivery) {
    boolean isSent = delivery.packetId != 0 && !delivery.fresh;
    PublishMessage message = delivery.message;
    SharedGroup group = isSent && delivery.qos == 2 ? null : delivery.group;
    context.held().letGo(deliveries, delivery);
    SessionRecords records = session.records;
    if (records != null && group != null) {
      records.settled(delivery);
    }
    if (message != null && group != null) {
      context.fanOut().redispatch(group, message);
    } else if (!delivery.isReceived()) {
      context.events().dropped(session.connect(), DropReason.SESSION_ENDED, message);
    }
  }
}
