package io.nanomq.journal;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The array of a large message that is safe, for the next large one: the heap would clear a new one
 * first, and the system each page of it, while an event loop waits. Shared.
 */
public final class SpareArray {
  /** Smaller ones cost little. */
  static final int LEAST_BYTES = 64 * 1024;

  /** What is kept when nobody needs it. */
  static final int MOST_BYTES = 4 << 20;

  private final AtomicReference<byte @Nullable []> spare = new AtomicReference<>();

  /** An array of that length or longer, with anything in it. */
  byte[] take(int length) {
    if (length < LEAST_BYTES) {
      return new byte[length];
    }
    byte[] taken = spare.getAndSet(null);
    // The next one finds room in it, too, where a little more stands before its message.
    return taken != null && taken.length >= length ? taken : new byte[roundedUp(length)];
  }

  private static int roundedUp(int length) {
    return (int) Math.min(Integer.MAX_VALUE - 8, (length + LEAST_BYTES - 1L) & -LEAST_BYTES);
  }

  /** That one is written, and read by nobody any more. */
  void give(byte[] array) {
    if (array.length >= LEAST_BYTES && array.length <= MOST_BYTES) {
      spare.set(array);
    }
  }
}
