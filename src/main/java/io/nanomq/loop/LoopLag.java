package io.nanomq.loop;

import java.util.concurrent.TimeUnit;

/**
 * How late a loop comes to its work: a task every {@value #PERIOD_MILLIS} ms, and the longest that
 * one had to wait. A stall of S ms shows as S - {@value #PERIOD_MILLIS} to S ms, whether the loop's
 * own work, the garbage collector or the machine caused it. A stall that is under way is seen, too.
 *
 * <p>Written by its loop alone; any thread may ask for {@link #maxNanos} and {@link #stallNanos}.
 */
public final class LoopLag {
  static final int PERIOD_MILLIS = 10;

  /** The maximum is that of one to two windows. */
  private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(60);

  private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(PERIOD_MILLIS);

  private volatile long dueNanos;
  private long windowEndNanos;
  private volatile long maxNanos;
  private volatile long maxBeforeNanos;

  /**
   * @param nowNanos on the clock that {@link #tick} is called with
   */
  LoopLag(long nowNanos) {
    dueNanos = nowNanos + PERIOD_NANOS;
    windowEndNanos = nowNanos + WINDOW_NANOS;
  }

  /** Called by the loop, {@value #PERIOD_MILLIS} ms after it was called before. */
  void tick(long nowNanos) {
    long late = nowNanos - dueNanos;
    if (nowNanos - windowEndNanos >= 0) {
      maxBeforeNanos = maxNanos;
      maxNanos = 0;
      windowEndNanos = nowNanos + WINDOW_NANOS;
    }
    if (late > maxNanos) {
      maxNanos = late;
    }
    dueNanos = nowNanos + PERIOD_NANOS;
  }

  /**
   * For how long the loop has been expected back from what it does; 0 or less = it is not late.
   *
   * @param nowNanos on the clock that {@link #tick} is called with
   */
  public long stallNanos(long nowNanos) {
    return nowNanos - dueNanos;
  }

  /**
   * The longest wait of the last one to two minutes, the one that is under way among them.
   *
   * @param nowNanos on the clock that {@link #tick} is called with
   */
  public long maxNanos(long nowNanos) {
    return Math.max(Math.max(maxNanos, maxBeforeNanos), stallNanos(nowNanos));
  }
}
