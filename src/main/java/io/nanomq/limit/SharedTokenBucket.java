package io.nanomq.limit;

import java.util.concurrent.atomic.AtomicLong;

/**
 * As {@link TokenBucket}, for clients of all loops together.
 *
 * <p>Shared: one number that any thread may move.
 */
final class SharedTokenBucket {
  private final AtomicLong fullAtNanos = new AtomicLong(Long.MIN_VALUE);

  /** As {@link TokenBucket#take}. */
  long take(long tokens, long perSecond, long nowMillis) {
    long now = nowMillis * TokenBucket.MILLI_NANOS;
    long cost = tokens * TokenBucket.SECOND_NANOS / perSecond;
    return TokenBucket.wait(fullAtNanos.updateAndGet(before -> Math.max(before, now) + cost), now);
  }
}
