package io.nanomq.journal;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The arrays of records that are safe, for the next ones: the heap would clear new ones first, and
 * the system each page of large ones, while an event loop waits. Some are kept that a turn's
 * records fit in, and one that a large message does. Shared.
 */
public final class SpareArrays {
  /** Smaller ones cost little. */
  static final int LEAST_BYTES = 4 * 1024;

  /** From here on an array is large. */
  static final int LARGE_BYTES = 256 * 1024;

  /** What is kept when nobody needs it, of a large one. */
  static final int MOST_BYTES = 4 << 20;

  /** Arrays that are kept besides the large one. */
  static final int SMALL_ONES = 8;

  private static final int LARGE_ONE = SMALL_ONES;
  private static final int LARGE_STEP = 64 * 1024;

  private final AtomicReferenceArray<byte[]> spare = new AtomicReferenceArray<>(SMALL_ONES + 1);

  /** An array of that length or longer, with anything in it. */
  byte[] take(int length) {
    if (length >= LARGE_BYTES) {
      byte[] large = spare.getAndSet(LARGE_ONE, null);
      // The next one finds room in it, too, where a little more stands before its message.
      return large != null && large.length >= length ? large : new byte[roundedUp(length)];
    }
    for (int i = 0; i < SMALL_ONES; i++) {
      byte[] kept = spare.get(i);
      if (kept != null && kept.length >= length && spare.compareAndSet(i, kept, null)) {
        return kept;
      }
    }
    return new byte[length];
  }

  private static int roundedUp(int length) {
    return (int) Math.min(Integer.MAX_VALUE - 8, (length + LARGE_STEP - 1L) & -LARGE_STEP);
  }

  /** That one is written, and read by nobody any more. */
  void give(byte[] array) {
    if (array.length >= LARGE_BYTES) {
      if (array.length <= MOST_BYTES) {
        spare.set(LARGE_ONE, array);
      }
    } else if (array.length >= LEAST_BYTES) {
      giveSmall(array);
    }
  }

  /** Where there are enough, in place of a shorter one: in the end what is kept is long enough. */
  private void giveSmall(byte[] array) {
    boolean isKept = false;
    for (int i = 0; i < SMALL_ONES && !isKept; i++) {
      isKept = spare.get(i) == null && spare.compareAndSet(i, null, array);
    }
    for (int i = 0; i < SMALL_ONES && !isKept; i++) {
      byte[] kept = spare.get(i);
      isKept = kept != null && kept.length < array.length && spare.compareAndSet(i, kept, array);
    }
  }
}
