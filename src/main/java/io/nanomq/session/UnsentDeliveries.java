package io.nanomq.session;

import io.nanomq.loop.LoopConfined;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.PublishMessage;
import io.nanomq.queue.Delivery;
import io.nanomq.queue.DeliveryQueue;
import io.nanomq.queue.GroupDelivery;
import io.nanomq.queue.PagedQueue;
import io.nanomq.router.FanOut;
import org.jspecify.annotations.Nullable;

/**
 * A session's messages that are not sent: those that wait in the store only, behind the queue that
 * is in memory, and what becomes of those that are never sent.
 */
@LoopConfined
final class UnsentDeliveries {
  private final Session session;
  private final SessionContext context;
  private final Deliveries deliveries;
  // Null = all that waits is in memory.
  private @Nullable PagedQueue paged;
  // What is to go on when something has come; null = what is sent.
  private @Nullable Runnable whenCame;

  UnsentDeliveries(Session session, SessionContext context, Deliveries deliveries) {
    this.session = session;
    this.context = context;
    this.deliveries = deliveries;
  }

  // ---- what waits in the store only

  /** Whether something does, so that all that comes stands behind it. */
  boolean isPaged() {
    return paged != null;
  }

  int pagedSize() {
    PagedQueue rest = paged;
    return rest == null ? 0 : rest.size();
  }

  long pagedBytes() {
    PagedQueue rest = paged;
    return rest == null ? 0 : rest.bytes();
  }

  /** Whether as much waits as may. */
  boolean isFull() {
    return deliveries.size() >= context.conf().queues().length()
        || deliveries.queue().bytes() + pagedBytes() >= context.conf().queues().bytes()
        || isBeyondShare();
  }

  /** Whether others need the room in the store that a longer queue would take. */
  private boolean isBeyondShare() {
    return session.records != null && deliveries.isBeyondShare(context.store(), pagedBytes());
  }

  /** Whether what comes next belongs behind what is in memory. */
  boolean isOver() {
    DeliveryQueue queue = deliveries.queue();
    return paged != null
        || queue.size() >= PagedQueue.KEPT_MESSAGES
        || queue.bytes() >= PagedQueue.KEPT_BYTES;
  }

  /** Whether the store can give it back. */
  boolean isStored(Delivery delivery) {
    return delivery.qos > 0 && session.records != null && context.store().hasPages();
  }

  /**
   * Whether the store keeps what a group chose this session for until it is acknowledged: not for a
   * session of which it knows, nor where it needs the room for others.
   */
  boolean isKeptForGroup() {
    return session.records == null && !deliveries.hasShareOf(context.store());
  }

  /** That part of the queue, made where there was none. */
  PagedQueue paged() {
    PagedQueue rest = paged;
    if (rest == null) {
      rest =
          new PagedQueue(
              context.store(),
              session.storedNumber(),
              new PagedQueue.Target(context.held(), deliveries, deliveries.queue(), this::pageCame),
              context.fanOut()::group);
      paged = rest;
    }
    return rest;
  }

  /**
   * Leaves the newest message in memory to the store.
   *
   * @return false = the store does not have it
   */
  boolean page(Delivery newest) {
    boolean isStored = isStored(newest);
    if (isStored) {
      context.held().letGo(deliveries, newest);
      paged().addFirst(newest);
    }
    return isStored;
  }

  void readAhead() {
    PagedQueue rest = paged;
    if (rest != null) {
      rest.readAhead();
    } else if (session.records != null && !session.isDurable()) {
      letGoOfStore();
    }
  }

  /** A session that ends with its connection needs the store for as long as that has some of it. */
  private void letGoOfStore() {
    if (!deliveries.inflightDeliveries().isRepeating()) {
      SessionRecords.forget(session);
    }
  }

  /** A page of what waits, or is in flight, has come. */
  void pageCame() {
    PagedQueue rest = paged;
    if (rest != null && rest.isDone()) {
      paged = null;
    }
    Runnable waits = whenCame;
    whenCame = null;
    if (waits == null) {
      deliveries.pumpAsScheduled();
    } else {
      waits.run();
    }
  }

  /**
   * The session has ended: its message in flight that others may have, and only the store has,
   * comes to memory.
   *
   * @param then is run when it has come
   * @return false = it is there, or nobody else may have it
   */
  boolean brings(Delivery delivery, Runnable then) {
    boolean isFetched = deliveries.inflightDeliveries().fetch(delivery);
    whenCame = isFetched ? then : whenCame;
    return isFetched;
  }

  /**
   * The session has ended: what is in the store only comes to the queue, as far as others may have
   * it.
   *
   * @param then is run when some of it has come
   * @return false = there is none
   */
  boolean bringsMore(Runnable then) {
    PagedQueue rest = paged;
    if (rest == null) {
      return false;
    }
    if (rest.isShared()) {
      whenCame = then;
      rest.readAhead();
      return true;
    }
    paged = null;
    int count = rest.size();
    rest.close();
    for (int i = count; i > 0; i--) {
      drop(DropReason.SESSION_ENDED, null);
    }
    return false;
  }

  // ---- what is not sent

  /** Nothing of it is kept any more. */
  void settle(Delivery delivery) {
    context.held().letGo(deliveries, delivery);
    SessionRecords.settled(session, delivery, context.fanOut());
  }

  /**
   * The client came back with a Maximum Packet Size below that of before, or as another user, or it
   * is retained.
   */
  void giveToAnother(Delivery unsent, PublishMessage message, DropReason reason) {
    context.held().letGo(deliveries, unsent);
    giveUpOrHandOn(unsent, message, reason);
  }

  /** What is kept no more goes to another member of its group, where one may have it. */
  void giveUpOrHandOn(Delivery delivery, PublishMessage message, DropReason reason) {
    FanOut fanOut = context.fanOut();
    if (delivery.group != null && delivery.isForOthers()) {
      long number = GroupDelivery.takeNumber(delivery);
      fanOut.redispatch(number, delivery.group, message, session, reason);
    } else {
      drop(reason, message);
    }
    // Only now: the store keeps it for this member until another one has it.
    SessionRecords.settled(session, delivery, fanOut);
  }

  void giveUp(Delivery unsent, DropReason reason) {
    drop(reason, unsent.message);
    settle(unsent);
  }

  void drop(DropReason reason, @Nullable PublishMessage message) {
    context.events().dropped(session.connect(), reason, message);
  }
}
