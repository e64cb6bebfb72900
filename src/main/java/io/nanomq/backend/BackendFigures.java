package io.nanomq.backend;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * What a back end was asked and how it answered, since the broker began: a new configuration goes
 * on counting. Safe for any thread: adders.
 */
public final class BackendFigures {
  private final Map<BackendAnswer, LongAdder> answers = new EnumMap<>(BackendAnswer.class);
  private final LongAdder cacheHits = new LongAdder();
  private final LongAdder calls = new LongAdder();
  private final LongAdder nanos = new LongAdder();
  private final AtomicInteger outstanding = new AtomicInteger();
  private final AtomicInteger waiting = new AtomicInteger();

  BackendFigures() {
    for (BackendAnswer answer : BackendAnswer.values()) {
      answers.put(answer, new LongAdder());
    }
  }

  void answered(BackendAnswer answer) {
    adder(answer).increment();
  }

  private LongAdder adder(BackendAnswer answer) {
    LongAdder adder = answers.get(answer);
    if (adder == null) {
      throw new IllegalStateException("filled above");
    }
    return adder;
  }

  void hit() {
    cacheHits.increment();
  }

  void waiting(int change) {
    waiting.addAndGet(change);
  }

  void began() {
    outstanding.incrementAndGet();
  }

  void ended(long tookNanos) {
    outstanding.decrementAndGet();
    calls.increment();
    nanos.add(tookNanos);
  }

  /** Answers of that kind, from the cache or not. */
  public long answers(BackendAnswer answer) {
    return adder(answer).sum();
  }

  /** Answers out of the cache. */
  public long cacheHits() {
    return cacheHits.sum();
  }

  /** Calls that have ended; each with its second attempt, where there was one. */
  public long calls() {
    return calls.sum();
  }

  /** What these have taken together. */
  public double seconds() {
    return nanos.sum() / (double) TimeUnit.SECONDS.toNanos(1);
  }

  /** Calls that have not ended. */
  public int outstanding() {
    return outstanding.get();
  }

  /** Questions that wait for one of these to end. */
  public int waiting() {
    return waiting.get();
  }
}
