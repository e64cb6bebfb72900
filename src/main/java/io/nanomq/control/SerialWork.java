package io.nanomq.control;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * One thread that does one thing at a time; others wait their turn, not too many and not too long.
 * Threads may share it.
 */
final class SerialWork implements AutoCloseable {
  private final ThreadPoolExecutor thread;
  private final long maxWaitNanos;

  /**
   * @param name of the thread
   * @param maxWaiting tasks that may wait
   * @param maxWaitSeconds how long one may wait before it starts
   */
  SerialWork(String name, int maxWaiting, int maxWaitSeconds) {
    maxWaitNanos = TimeUnit.SECONDS.toNanos(maxWaitSeconds);
    thread =
        new ThreadPoolExecutor(
            0,
            1,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(maxWaiting),
            task -> {
              Thread worker = new Thread(task, name);
              worker.setDaemon(true);
              return worker;
            });
  }

  /**
   * @return fails with what {@code task} throws, or with {@link BusyException} where its turn did
   *     not come
   */
  <T> CompletableFuture<T> submit(Callable<T> task) {
    CompletableFuture<T> done = new CompletableFuture<>();
    long asked = System.nanoTime();
    try {
      thread.execute(() -> run(task, asked, done));
    } catch (RejectedExecutionException e) {
      done.completeExceptionally(new BusyException());
    }
    return done;
  }

  private <T> void run(Callable<T> task, long asked, CompletableFuture<T> done) {
    if (System.nanoTime() - asked > maxWaitNanos) {
      done.completeExceptionally(new BusyException());
      return;
    }
    try {
      done.complete(task.call());
    } catch (Throwable e) {
      done.completeExceptionally(e);
    }
  }

  /** Nothing more is begun. */
  @Override
  public void close() {
    thread.shutdown();
  }
}
