package io.nanomq.authn;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads for what must not run on an event loop, such as password hashing. Bounded: work beyond
 * the queue is rejected. Idle threads end.
 */
public final class BlockingWork implements Executor, AutoCloseable {
  private static final int IDLE_SECONDS = 30;

  private final ThreadPoolExecutor pool;

  /**
   * @param threads how much runs at once
   * @param waiting how much may wait
   */
  public BlockingWork(int threads, int waiting) {
    pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(waiting),
            task -> {
              Thread thread = new Thread(task, "nanomq-blocking");
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
  }

  @Override
  public void execute(Runnable work) {
    pool.execute(work);
  }

  @Override
  public void close() {
    pool.shutdownNow();
  }
}
