package io.nanomq.queue;

import io.nanomq.loop.LoopConfined;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Holders by how much they hold, to a factor of two: who holds most is found in a few steps however
 * many they are, in turn among those that hold about as much. A holder stands in the class of the
 * most that it held; only where room is needed is it moved to where it belongs now.
 *
 * @param <H> what kind of holders; nothing else stands here
 */
@LoopConfined
final class SizeClasses<H extends SizedHolder> {
  // Circular lists by class, and a bit for each that has any.
  private @Nullable SizedHolder[] classes = {};
  private long filled;

  /** The class of so many bytes; 0 = nothing. */
  static int of(long bytes) {
    return Long.SIZE - Long.numberOfLeadingZeros(bytes);
  }

  /** It holds more than before. */
  void grown(H holder) {
    int now = of(holder.heldBytes);
    if (now > holder.sizeClass) {
      leave(holder);
      join(holder, now);
    }
  }

  private void join(SizedHolder holder, int sizeClass) {
    if (sizeClass >= classes.length) {
      classes = Arrays.copyOf(classes, sizeClass + 1);
    }
    SizedHolder head = classes[sizeClass];
    if (head == null) {
      classes[sizeClass] = holder;
      filled |= 1L << sizeClass;
      holder.nextOfClass = holder;
      holder.previousOfClass = holder;
    } else {
      SizedHolder last = head.previousOfClass;
      holder.nextOfClass = head;
      holder.previousOfClass = last;
      head.previousOfClass = holder;
      if (last != null) {
        last.nextOfClass = holder;
      }
    }
    holder.sizeClass = sizeClass;
  }

  /** It stands here no more until it has {@link #grown}. */
  void leave(SizedHolder holder) {
    int there = holder.sizeClass;
    SizedHolder next = holder.nextOfClass;
    SizedHolder previous = holder.previousOfClass;
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

  /** The next of those that hold most; null where nobody holds anything. */
  @SuppressWarnings("unchecked")
  @Nullable H largest() {
    while (filled != 0) {
      int top = Long.SIZE - 1 - Long.numberOfLeadingZeros(filled);
      SizedHolder first = classes[top];
      if (first == null) {
        throw new IllegalStateException("an empty class is taken for filled");
      }
      int now = of(first.heldBytes);
      if (now >= top) {
        return (H) first;
      }
      leave(first);
      if (now > 0) {
        join(first, now);
      }
    }
    return null;
  }
}
