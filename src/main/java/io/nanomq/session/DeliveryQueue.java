package io.nanomq.session;

import io.nanomq.loop.LoopConfined;
import io.nanomq.packet.PublishMessage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Messages that wait for their client, in order; bounded by whoever adds. */
@LoopConfined
final class DeliveryQueue {
  private @Nullable Delivery head;
  private @Nullable Delivery tail;
  private int size;
  private long bytes;
  // No message expires before; the oldest one may be gone already.
  private long expiresAtMillis = PublishMessage.NEVER;

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

  /** Before that no message expires; {@link PublishMessage#NEVER} where none ever does. */
  long expiresAtMillis() {
    return expiresAtMillis;
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
      delivery.previous = last;
    }
    tail = delivery;
    size++;
    bytes += delivery.bytes();
    expiresAtMillis = Math.min(expiresAtMillis, delivery.expiresAtMillis());
  }

  @Nullable Delivery poll() {
    return head == null ? null : remove(head);
  }

  /** Takes out the one that came last. */
  @Nullable Delivery pollLast() {
    return tail == null ? null : remove(tail);
  }

  /** Takes out all that have expired, wherever they stand. */
  void removeExpired(long nowMillis, Consumer<Delivery> removed) {
    long earliest = PublishMessage.NEVER;
    Delivery next = head;
    while (next != null) {
      Delivery delivery = next;
      next = delivery.next;
      if (delivery.isExpired(nowMillis)) {
        removed.accept(remove(delivery));
      } else {
        earliest = Math.min(earliest, delivery.expiresAtMillis());
      }
    }
    expiresAtMillis = earliest;
  }

  private Delivery remove(Delivery delivery) {
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
    bytes -= delivery.bytes();
    if (head == null) {
      expiresAtMillis = PublishMessage.NEVER;
    }
    return delivery;
  }
}
