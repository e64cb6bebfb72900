package io.nanomq.sink;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What has become of everything that was to leave by one way, since the broker began: a new
 * configuration goes on counting. Safe for any thread: adders.
 */
public final class SinkFigures {
  private final LongAdder sent = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final LongAdder retries = new LongAdder();
  private final AtomicInteger queued = new AtomicInteger();
  private volatile @Nullable String error;

  /** Taken by the other side. */
  public long sent() {
    return sent.sum();
  }

  /** Rejected by the other side, or given up after all attempts. */
  public long failed() {
    return failed.sum();
  }

  /** Not tried, since there was no room for it, or the broker stopped. */
  public long dropped() {
    return dropped.sum();
  }

  /** Attempts after the first one. */
  public long retries() {
    return retries.sum();
  }

  /** Waiting, or being tried. */
  public int queued() {
    return queued.get();
  }

  /** Why the last attempt failed; null = it did not. */
  public @Nullable String error() {
    return error;
  }

  int queued(int change) {
    return queued.addAndGet(change);
  }

  void dropped(int count) {
    dropped.add(count);
  }

  void failed(int count) {
    failed.add(count);
  }

  void sent(int count) {
    sent.add(count);
  }

  void retried() {
    retries.increment();
  }

  void error(@Nullable String why) {
    error = why;
  }
}
