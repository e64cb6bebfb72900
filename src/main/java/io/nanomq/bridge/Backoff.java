package io.nanomq.bridge;

import java.util.function.DoubleSupplier;

/**
 * How long to wait before the next attempt to connect: twice as long each time up to a bound, and
 * half of that by chance, so that many who lost the same broker do not come back at once. It begins
 * anew after a connection that has held: who lets in and closes at once is not asked all the time.
 */
final class Backoff {
  private static final int MOST_DOUBLINGS = 20;

  /** A connection that was there for so long has worked. */
  static final long HELD_MILLIS = 10_000;

  private final long minMillis;
  private final long maxMillis;
  private final DoubleSupplier chance;
  private int attempts;

  /**
   * @param chance numbers from 0 to 1
   */
  Backoff(long minMillis, long maxMillis, DoubleSupplier chance) {
    this.minMillis = Math.max(1, minMillis);
    this.maxMillis = Math.max(this.minMillis, maxMillis);
    this.chance = chance;
  }

  /** Milliseconds to wait now: from half of the step, which no step is longer than the bound. */
  long next() {
    int doublings = Math.min(attempts, MOST_DOUBLINGS);
    attempts++;
    long step = Math.min(maxMillis, minMillis << doublings);
    return Math.max(minMillis, Math.round(step * (0.5 + chance.getAsDouble() / 2)));
  }

  /** A connection has ended that was there for so many milliseconds. */
  void ended(long heldMillis) {
    if (heldMillis >= HELD_MILLIS) {
      attempts = 0;
    }
  }
}
