package io.nanomq.api.list;

import io.nanomq.api.json.ApiException;
import io.nanomq.api.json.ResultCode;
import io.nanomq.http.ApiShare;
import io.nanomq.loop.BatchReader;
import io.nanomq.loop.ThreadPriority;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Where lists are filtered, sorted and written as JSON: not on the event loops, and on half of the
 * processors at most, within the API's share of their time, whatever it is asked for. Lists that
 * are collected before they are answered, because they are sorted or counted, are so few at a time
 * that their keys fit into memory. Shared: an executor, and a queue under a lock.
 */
@Singleton
public class ListWork implements Executor {
  /** Lists that are collected at the same time. */
  private static final int COLLECTING = 2;

  /** Requests that wait for their turn to collect. */
  static final int MAX_WAITING = 1000;

  private static final ApiException BUSY =
      new ApiException(503, ResultCode.RPC_ERROR, "Too many lists are asked for at once");

  private final ApiShare share;
  private final ExecutorService threads;
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private int collecting;

  public ListWork(ApiShare share) {
    this.share = share;
    var count = new AtomicInteger();
    threads =
        Executors.newFixedThreadPool(
            Math.max(1, Runtime.getRuntime().availableProcessors() / 2),
            work -> ThreadPriority.behind("nanomq-list-" + count.getAndIncrement(), work));
  }

  @Override
  public void execute(Runnable work) {
    threads.execute(
        () -> {
          try {
            work.run();
          } finally {
            share.charge();
          }
        });
  }

  /**
   * Gives all elements to {@code taker}, on threads of ours, one after the other.
   *
   * @param from made when its turn has come
   * @return fails with 503/101 where too many wait
   */
  public <T> CompletionStage<Void> each(Supplier<BatchReader<T>> from, Consumer<T> taker) {
    var done = new CompletableFuture<Void>();
    done.whenComplete((nothing, failure) -> finished());
    Runnable begin = () -> execute(() -> step(from, taker, done));
    synchronized (waiting) {
      if (collecting < COLLECTING) {
        collecting++;
      } else if (waiting.size() < MAX_WAITING) {
        waiting.add(begin);
        return done;
      } else {
        return CompletableFuture.failedFuture(BUSY);
      }
    }
    begin.run();
    return done;
  }

  private <T> void step(
      Supplier<BatchReader<T>> from, Consumer<T> taker, CompletableFuture<Void> done) {
    try {
      step(from.get(), taker, done);
    } catch (RuntimeException e) {
      done.completeExceptionally(e);
    }
  }

  private <T> void step(BatchReader<T> from, Consumer<T> taker, CompletableFuture<Void> done) {
    from.next()
        .whenCompleteAsync(
            (batch, failure) -> {
              try {
                if (failure != null) {
                  done.completeExceptionally(failure);
                } else if (batch.isEmpty()) {
                  done.complete(null);
                } else {
                  batch.get().forEach(taker);
                  step(from, taker, done);
                }
              } catch (RuntimeException e) {
                done.completeExceptionally(e);
              }
            },
            this);
  }

  private void finished() {
    Runnable next;
    synchronized (waiting) {
      next = waiting.poll();
      if (next == null) {
        collecting--;
      }
    }
    if (next != null) {
      next.run();
    }
  }

  /** A list that is there already, as one batch. */
  static <T> BatchReader<T> batch(List<T> elements) {
    var rest = new ArrayDeque<>(List.of(elements));
    return () -> CompletableFuture.completedFuture(Optional.ofNullable(rest.poll()));
  }

  @PreDestroy
  void stop() {
    threads.shutdownNow();
  }
}
