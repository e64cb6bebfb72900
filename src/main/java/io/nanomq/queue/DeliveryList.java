package io.nanomq.queue;

import io.nanomq.loop.LoopConfined;
import org.jspecify.annotations.Nullable;

/** Deliveries in an order, linked through themselves: each stands in one list at most. */
@LoopConfined
public abstract class DeliveryList {
  private @Nullable Delivery head;
  private @Nullable Delivery tail;
  private int size;

  public final int size() {
    return size;
  }

  /** The oldest; null = there is none. */
  public final @Nullable Delivery first() {
    return head;
  }

  /** The newest; null = there is none. */
  public final @Nullable Delivery last() {
    return tail;
  }

  public final void append(Delivery delivery) {
    Delivery last = tail;
    delivery.previous = last;
    if (last == null) {
      head = delivery;
    } else {
      last.next = delivery;
    }
    tail = delivery;
    size++;
  }

  public final void unlink(Delivery delivery) {
    Delivery before = delivery.previous;
    Delivery after = delivery.next;
    if (before == null) {
      head = after;
    } else {
      before.next = after;
    }
    if (after == null) {
      tail = before;
    } else {
      after.previous = before;
    }
    delivery.previous = null;
    delivery.next = null;
    size--;
  }
}
