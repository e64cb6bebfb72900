package io.nanomq.sink;

import io.nanomq.memory.Budget;
import io.smallrye.faulttolerance.api.TypedGuard;
import jakarta.enterprise.util.TypeLiteral;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A queue to somebody outside, who may be slow or away: whoever has something for it never waits.
 * It is bounded by count and bytes; what there is no room for is dropped, the newest first, so that
 * what waits keeps its order. Everything with the same key goes by the same lane, one batch after
 * the other. A batch that fails is tried again, later and later, until it has had its time.
 *
 * <p>Shared: lanes are lock-free queues, each drained by one task at a time.
 *
 * @param <T> what goes there
 */
public final class Sink<T> implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Sink.class);
  private static final int FIRST_DELAY_MILLIS = 100;
  private static final int MAX_DELAY_MILLIS = 10_000;

  private final String name;
  private final Limits limits;
  private final Budget memory;
  private final SinkFigures figures;
  private final SinkTarget<T> target;
  private final TypedGuard<CompletionStage<Void>> guard;
  private final List<SinkLane<T>> lanes;
  private final AtomicInteger own = new AtomicInteger();
  private final CompletableFuture<Void> drained = new CompletableFuture<>();
  private volatile boolean ends;
  private volatile boolean closed;

  /**
   * Its bounds.
   *
   * @param lanes batches that may be on their way at once
   * @param queued things that may wait, with those on their way
   * @param batch things of one batch
   * @param retryMillis how long a batch is tried, at least four times {@value
   *     Sink#FIRST_DELAY_MILLIS}
   */
  public record Limits(int lanes, int queued, int batch, long retryMillis) {}

  /**
   * @param name for the log
   * @param memory what may wait, in bytes
   * @param loop runs what is done here; tasks are short
   */
  public Sink(
      String name,
      Limits limits,
      Budget memory,
      SinkFigures figures,
      SinkTarget<T> target,
      Executor loop) {
    this.name = name;
    this.limits = limits;
    this.memory = memory;
    this.figures = figures;
    this.target = target;
    this.guard = guard();
    this.lanes =
        IntStream.range(0, limits.lanes).mapToObj(i -> new SinkLane<>(this, loop)).toList();
  }

  private TypedGuard<CompletionStage<Void>> guard() {
    return TypedGuard.create(new TypeLiteral<CompletionStage<Void>>() {})
        .withDescription(name)
        .withRetry()
        .maxRetries(-1)
        .maxDuration(limits.retryMillis, ChronoUnit.MILLIS)
        .delay(FIRST_DELAY_MILLIS, ChronoUnit.MILLIS)
        .jitter(FIRST_DELAY_MILLIS / 2, ChronoUnit.MILLIS)
        .abortOn(SinkTarget.RejectedException.class)
        .beforeRetry(figures::retried)
        .withExponentialBackoff()
        .factor(2)
        .maxDelay(Math.min(MAX_DELAY_MILLIS, limits.retryMillis / 2), ChronoUnit.MILLIS)
        .done()
        .done()
        .build();
  }

  /**
   * Something for the other side; from any thread, without waiting.
   *
   * @param key things of the same key keep their order
   * @param bytes what it costs to keep
   * @return false = it is dropped, and counted
   */
  public boolean offer(String key, T thing, int bytes) {
    boolean hasRoom = own.incrementAndGet() <= limits.queued && !ends;
    if (!hasRoom || !memory.take(null, 0, bytes)) {
      count(-1);
      figures.dropped(1);
      return false;
    }
    figures.queued(1);
    lanes.get(Math.floorMod(key.hashCode(), lanes.size())).add(new SinkEntry<>(thing, bytes));
    return true;
  }

  private void count(int change) {
    if (own.addAndGet(change) == 0 && ends) {
      drained.complete(null);
    }
  }

  int batchSize() {
    return limits.batch;
  }

  boolean isClosed() {
    return closed;
  }

  CompletionStage<Void> send(List<T> batch) {
    return guard.get(() -> attempt(batch));
  }

  private CompletionStage<Void> attempt(List<T> batch) {
    if (closed) {
      return CompletableFuture.failedFuture(new SinkTarget.RejectedException("the broker stops"));
    }
    return target.send(batch).whenComplete((done, failure) -> figures.error(reason(failure)));
  }

  private static @Nullable String reason(@Nullable Throwable failure) {
    return failure == null ? null : String.valueOf(failure.getMessage());
  }

  /** Things have left the queue, one way or another. */
  void settled(List<SinkEntry<T>> batch, SinkOutcome outcome) {
    int count = 0;
    for (SinkEntry<T> entry : batch) {
      if (entry.settle()) {
        memory.give(null, entry.bytes());
        count++;
      }
    }
    figures.queued(-count);
    switch (outcome) {
      case SENT -> figures.sent(count);
      case FAILED -> figures.failed(count);
      case DROPPED -> figures.dropped(count);
    }
    count(-count);
  }

  void failed(List<SinkEntry<T>> batch, Throwable failure) {
    target.gaveUp(batch.stream().map(SinkEntry::thing).toList(), failure);
    LOG.debugf("%s gives up: %s", name, failure.getMessage());
  }

  /**
   * Takes nothing more.
   *
   * @return completes when everything that was taken is settled
   */
  public CompletionStage<Void> end() {
    ends = true;
    if (own.get() == 0) {
      drained.complete(null);
    }
    return drained;
  }

  /** Drops what waits. */
  @Override
  public void close() {
    ends = true;
    closed = true;
    lanes.forEach(SinkLane::discard);
  }
}
