package io.nanomq.limit;

import io.nanomq.loop.LoopConfined;

/**
 * A token bucket that holds what a second brings. It is one number: when it will be full again.
 * Whoever takes more than there is goes into debt, so that nothing is too large to pass at all.
 */
@LoopConfined
public final class TokenBucket {
  static final long SECOND_NANOS = 1_000_000_000;
  static final long MILLI_NANOS = 1_000_000;

  private long fullAtNanos = Long.MIN_VALUE;

  /**
   * Takes tokens, whether they are there or not.
   *
   * @param tokens up to 2^31
   * @param perSecond that come
   * @return milliseconds until there is one again; 0 = the debt is none
   */
  public long take(long tokens, long perSecond, long nowMillis) {
    long now = nowMillis * MILLI_NANOS;
    fullAtNanos = Math.max(fullAtNanos, now) + tokens * SECOND_NANOS / perSecond;
    return wait(fullAtNanos, now);
  }

  /** How long a bucket that is full then is in debt. */
  static long wait(long fullAtNanos, long now) {
    long debt = fullAtNanos - now - SECOND_NANOS;
    return debt <= 0 ? 0 : (debt + MILLI_NANOS - 1) / MILLI_NANOS;
  }
}
