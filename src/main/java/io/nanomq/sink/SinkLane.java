package io.nanomq.sink;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Things that go one batch after the other. Shared: who raises {@link #work} from 0 starts the
 * task, and there is one until it is 0 again.
 */
final class SinkLane<T> {
  private final Sink<T> sink;
  private final Executor loop;
  private final Queue<SinkEntry<T>> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger work = new AtomicInteger();
  private volatile List<SinkEntry<T>> onItsWay = List.of();

  SinkLane(Sink<T> sink, Executor loop) {
    this.sink = sink;
    this.loop = loop;
  }

  void add(SinkEntry<T> entry) {
    queue.add(entry);
    if (work.getAndIncrement() == 0) {
      start();
    }
    if (sink.isClosed()) {
      discard();
    }
  }

  private void next() {
    List<SinkEntry<T>> batch = new ArrayList<>();
    SinkEntry<T> entry = null;
    while (batch.size() < sink.batchSize() && (entry = queue.poll()) != null) {
      batch.add(entry);
    }
    onItsWay = batch;
    if (batch.isEmpty() || sink.isClosed()) {
      sink.settled(batch, SinkOutcome.DROPPED);
      return;
    }
    sink.send(batch.stream().map(SinkEntry::thing).toList())
        .whenComplete((done, failure) -> settle(batch, failure));
  }

  private void settle(List<SinkEntry<T>> batch, @Nullable Throwable failure) {
    if (failure == null) {
      sink.settled(batch, SinkOutcome.SENT);
    } else {
      sink.failed(batch, failure);
      sink.settled(batch, SinkOutcome.FAILED);
    }
    if (work.addAndGet(-batch.size()) > 0) {
      start();
    }
  }

  private void start() {
    try {
      loop.execute(this::next);
    } catch (RejectedExecutionException stopped) {
      discard();
    }
  }

  /** Counts out whatever is there; the lane does nothing more. */
  void discard() {
    sink.settled(onItsWay, SinkOutcome.DROPPED);
    List<SinkEntry<T>> rest = new ArrayList<>();
    for (SinkEntry<T> entry = queue.poll(); entry != null; entry = queue.poll()) {
      rest.add(entry);
    }
    sink.settled(rest, SinkOutcome.DROPPED);
  }
}
