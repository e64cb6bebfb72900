package io.nanomq.session;

import io.nanomq.loop.LoopConfined;
import org.jspecify.annotations.Nullable;

/** Messages that wait for their client, in order; bounded by whoever adds. */
@LoopConfined
final class DeliveryQueue {
  private @Nullable Delivery head;
  private @Nullable Delivery tail;
  private int size;
  private long bytes;

  int size() {
    return size;
  }

  /** Bytes that the waiting messages hold. */
  long bytes() {
    return bytes;
  }

  boolean isEmpty() {
    return head == null;
  }

  @Nullable Delivery peek() {
    return head;
  }

  void add(Delivery delivery) {
    Delivery last = tail;
    if (last == null) {
      head = delivery;
    } else {
      last.next = delivery;
    }
    tail = delivery;
    size++;
    bytes += delivery.bytes();
  }

  @Nullable Delivery poll() {
    Delivery first = head;
    if (first != null) {
      head = first.next;
      first.next = null;
      if (head == null) {
        tail = null;
      }
      size--;
      bytes -= first.bytes();
    }
    return first;
  }
}
