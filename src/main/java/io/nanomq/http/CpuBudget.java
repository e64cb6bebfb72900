package io.nanomq.http;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A share of the processors' time: what is spent must be paid for by waiting, beyond a credit for
 * whoever has spent little for a while. A debt is bounded, too: an answer within a second is worth
 * more than the share, which one long list would use up for many. Shared and safe: one atomic
 * number.
 */
final class CpuBudget {
  /** What may be spent at once after a time without: a list of 10,000 clients, not a flood. */
  static final long CREDIT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** The longest wait, whatever was spent. */
  static final long MAX_DEBT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** The time up to which everything that was spent is paid for. */
  private final AtomicLong paidUntil;

  /**
   * @param nowNanos on the clock that {@link #spend} is called with
   */
  CpuBudget(long nowNanos) {
    paidUntil = new AtomicLong(nowNanos);
  }

  /**
   * Accounts for time of a processor.
   *
   * @param spentNanos how much
   * @param share of one processor that may be spent, more than 0
   * @param owing whether it has to be paid for; where not, it only uses up the credit
   * @return nanoseconds to wait, {@value #MAX_DEBT_NANOS} at most; 0 or less = none
   */
  long spend(long spentNanos, long nowNanos, double share, boolean owing) {
    long price = (long) (spentNanos / share);
    long credit = (long) (CREDIT_NANOS / share);
    long until =
        paidUntil.updateAndGet(
            before -> {
              long after = Math.max(before - nowNanos, -credit) + price;
              return nowNanos + Math.min(after, owing ? MAX_DEBT_NANOS : 0);
            });
    return until - nowNanos;
  }
}
