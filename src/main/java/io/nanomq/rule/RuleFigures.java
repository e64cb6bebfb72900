package io.nanomq.rule;

import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What a rule has done since it was there: a change of the rule goes on counting. Safe for any
 * thread: adders.
 */
public final class RuleFigures {
  private final LongAdder matched = new LongAdder();
  private final LongAdder passed = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private volatile @Nullable String error;

  /** Messages of its filters that it looked at. */
  public long matched() {
    return matched.sum();
  }

  /** Messages that its condition was true for, and whose result left. */
  public long passed() {
    return passed.sum();
  }

  /** Messages that its condition may have been true for, and whose result did not leave. */
  public long failed() {
    return failed.sum();
  }

  /** Why the last one failed; null = none did. */
  public @Nullable String error() {
    return error;
  }

  void countMatched() {
    matched.increment();
  }

  /** A result has left. */
  public void countPassed() {
    passed.increment();
  }

  /** A result has not left. */
  public void countFailed(String why) {
    failed.increment();
    error = why;
  }
}
