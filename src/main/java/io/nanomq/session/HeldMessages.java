package io.nanomq.session;

import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.TurnBudget;
import io.nanomq.packet.PublishMessage;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * What the messages cost that sessions of one loop keep, waiting or in flight, and the bound of it.
 * A message that many keep is counted once, and a reference for each. Where there is no room, what
 * has expired goes first, then the messages of whoever holds most: among those that hold about as
 * much, to a factor of two, in turn.
 */
@LoopConfined
public final class HeldMessages {
  private static final int CLASSES = Long.SIZE;

  private static final VarHandle BYTES = bytesHandle();

  private final LoopContext loop;
  private final long limit;
  private final MemoryShortage shortage;
  // Circular lists by size class, and a bit for each that has any. A holder stands in the class of
  // the most that it held; only where room is needed is it moved to where it belongs now.
  private final @Nullable MessageHolder[] classes = new MessageHolder[CLASSES];
  private long filled;
  private final Queue<MessageHolder> expired = new ArrayDeque<>();
  private final Runnable sweep = this::sweep;
  private boolean sweepScheduled;
  private long bytes;

  /**
   * @param limit bytes that all may cost
   */
  public HeldMessages(LoopContext loop, long limit) {
    this.loop = loop;
    this.limit = limit;
    this.shortage = new MemoryShortage(loop);
  }

  private static VarHandle bytesHandle() {
    try {
      return MethodHandles.lookup().findVarHandle(HeldMessages.class, "bytes", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** What all cost now, in bytes; any thread may ask. */
  public long bytes() {
    return (long) BYTES.getOpaque(this);
  }

  /** What all may cost, in bytes. */
  public long limit() {
    return limit;
  }

  /** Whether messages were given up lately because there was no room; any thread may ask. */
  public boolean isShort() {
    return shortage.isNow();
  }

  // ---- counting

  /**
   * Counts a message that a session is about to keep, and makes room for it.
   *
   * @return false where the session is itself among those that hold most; nothing is counted then
   */
  boolean hold(MessageHolder holder, Delivery delivery) {
    PublishMessage message = delivery.message;
    if (delivery.held || message == null) {
      return true;
    }
    if (bytes + delivery.bytes() > limit && !makeRoom(holder, delivery, message)) {
      return false;
    }
    // Only now: what made room may have been the last to keep the same message.
    PublishMessage counted = message.countedBy(loop.index());
    delivery.message = counted;
    delivery.held = true;
    add(delivery.referenceBytes() + (counted.references() == 0 ? counted.retainedBytes() : 0));
    counted.refer();
    grow(holder, delivery.bytes());
    return true;
  }

  /** Counts a delivery in flight whose message is not kept: that much is there for everybody. */
  void holdWithoutMessage(MessageHolder holder, Delivery delivery) {
    delivery.message = null;
    delivery.held = true;
    add(delivery.bytes());
    grow(holder, delivery.bytes());
  }

  /** The message itself is needed no more, only its packet identifier. */
  void letGoOfMessage(MessageHolder holder, Delivery delivery) {
    PublishMessage message = delivery.message;
    if (message == null) {
      return;
    }
    if (delivery.held) {
      holder.heldBytes -= message.retainedBytes();
      release(message);
    }
    delivery.message = null;
  }

  /** Nothing of it is kept any more. */
  void letGo(MessageHolder holder, Delivery delivery) {
    if (!delivery.held) {
      return;
    }
    delivery.held = false;
    holder.heldBytes -= delivery.bytes();
    add(-delivery.referenceBytes());
    if (delivery.message != null) {
      release(delivery.message);
    }
  }

  private void release(PublishMessage message) {
    if (message.unrefer() == 0) {
      add(-message.retainedBytes());
    }
  }

  private void add(long more) {
    BYTES.setOpaque(this, bytes + more);
  }

  // ---- who holds most

  private static int sizeClass(long bytes) {
    return Long.SIZE - Long.numberOfLeadingZeros(bytes);
  }

  private void grow(MessageHolder holder, int more) {
    holder.heldBytes += more;
    int now = sizeClass(holder.heldBytes);
    if (now > holder.sizeClass) {
      leave(holder);
      join(holder, now);
    }
  }

  private void join(MessageHolder holder, int sizeClass) {
    MessageHolder head = classes[sizeClass];
    if (head == null) {
      classes[sizeClass] = holder;
      filled |= 1L << sizeClass;
      holder.nextOfClass = holder;
      holder.previousOfClass = holder;
    } else {
      MessageHolder last = head.previousOfClass;
      holder.nextOfClass = head;
      holder.previousOfClass = last;
      head.previousOfClass = holder;
      if (last != null) {
        last.nextOfClass = holder;
      }
    }
    holder.sizeClass = sizeClass;
  }

  /** It holds nothing more from here on: its session ends. */
  void leave(MessageHolder holder) {
    int there = holder.sizeClass;
    MessageHolder next = holder.nextOfClass;
    MessageHolder previous = holder.previousOfClass;
    if (there == 0 || next == null || previous == null) {
      return;
    }
    if (next == holder) {
      classes[there] = null;
      filled &= ~(1L << there);
    } else {
      previous.nextOfClass = next;
      next.previousOfClass = previous;
      classes[there] = classes[there] == holder ? next : classes[there];
    }
    holder.sizeClass = 0;
    holder.nextOfClass = null;
    holder.previousOfClass = null;
  }

  private @Nullable MessageHolder largest() {
    while (filled != 0) {
      int top = CLASSES - 1 - Long.numberOfLeadingZeros(filled);
      MessageHolder first = classes[top];
      if (first == null) {
        throw new IllegalStateException("an empty class is taken for filled");
      }
      int now = sizeClass(first.heldBytes);
      if (now >= top) {
        return first;
      }
      leave(first);
      if (now > 0) {
        join(first, now);
      }
    }
    return null;
  }

  // ---- making room

  private boolean makeRoom(MessageHolder holder, Delivery delivery, PublishMessage message) {
    while (bytes + cost(delivery, message) > limit) {
      MessageHolder over = expired.poll();
      if (over != null) {
        dropExpired(over);
        continue;
      }
      shortage.met(bytes, limit);
      MessageHolder largest = largest();
      if (largest == null || sizeClass(holder.heldBytes) >= largest.sizeClass) {
        return false;
      }
      loop.budget().spend(TurnBudget.DELIVERY);
      if (!largest.shed()) {
        // Nothing but packet identifiers; it stands in a class again when it holds more.
        leave(largest);
      }
    }
    return true;
  }

  private int cost(Delivery delivery, PublishMessage message) {
    PublishMessage counted = message.countedBy(loop.index());
    // A twin is only made where another loop counts: it is not kept here yet.
    boolean isThere = counted == message && counted.references() > 0;
    return isThere ? delivery.referenceBytes() : delivery.bytes();
  }

  /** The queue of a session has to be looked through: something in it may have expired. */
  void expired(MessageHolder holder) {
    expired.add(holder);
    if (!sweepScheduled) {
      sweepScheduled = true;
      loop.eventLoop().execute(sweep);
    }
  }

  private void sweep() {
    sweepScheduled = false;
    while (!loop.budget().isUsedUp()) {
      MessageHolder holder = expired.poll();
      if (holder == null) {
        return;
      }
      dropExpired(holder);
    }
    sweepScheduled = true;
    loop.budget().nextTurn(sweep);
  }

  private void dropExpired(MessageHolder holder) {
    int looked = holder.dropExpired();
    loop.budget().spend(TurnBudget.DELIVERY + (long) looked * TurnBudget.VISIT);
  }
}
