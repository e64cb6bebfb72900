package io.nanomq.queue;

import io.nanomq.loop.LoopConfined;
import io.nanomq.packet.PublishMessage;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Messages that wait for their client, in order; bounded by whoever adds. */
@LoopConfined
public final class DeliveryQueue extends DeliveryList {
  private long bytes;
  // No message expires before; the oldest one may be gone already.
  private long expiresAtMillis = PublishMessage.NEVER;

  /** Bytes that the waiting messages hold. */
  public long bytes() {
    return bytes;
  }

  public boolean isEmpty() {
    return first() == null;
  }

  /** Before that no message expires; {@link PublishMessage#NEVER} where none ever does. */
  public long expiresAtMillis() {
    return expiresAtMillis;
  }

  public void add(Delivery delivery) {
    append(delivery);
    bytes += delivery.bytes();
    expiresAtMillis = Math.min(expiresAtMillis, delivery.expiresAtMillis());
  }

  /** Takes out the one that came first. */
  public @Nullable Delivery poll() {
    Delivery oldest = first();
    return oldest == null ? null : remove(oldest);
  }

  /** Takes out the one that came last. */
  public @Nullable Delivery pollLast() {
    Delivery newest = last();
    return newest == null ? null : remove(newest);
  }

  /** Takes out all that have expired, wherever they stand. */
  public void removeExpired(long nowMillis, Consumer<Delivery> removed) {
    removeIf(delivery -> delivery.isExpired(nowMillis), removed);
  }

  /** Takes out all of which something is true, wherever they stand. */
  public void removeIf(Predicate<Delivery> condition, Consumer<Delivery> removed) {
    long earliest = PublishMessage.NEVER;
    Delivery next = first();
    while (next != null) {
      Delivery delivery = next;
      next = delivery.next;
      if (condition.test(delivery)) {
        removed.accept(remove(delivery));
      } else {
        earliest = Math.min(earliest, delivery.expiresAtMillis());
      }
    }
    expiresAtMillis = earliest;
  }

  private Delivery remove(Delivery delivery) {
    unlink(delivery);
    bytes -= delivery.bytes();
    if (isEmpty()) {
      expiresAtMillis = PublishMessage.NEVER;
    }
    return delivery;
  }
}
