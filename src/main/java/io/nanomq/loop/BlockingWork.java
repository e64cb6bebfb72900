package io.nanomq.loop;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Threads for what must not run on an event loop: password hashes, TLS handshakes. They have a
 * lower priority than the loops. What waits is bounded, and those that it comes from take turns;
 * where the bound is reached, the oldest of whoever has most waiting goes first. Idle threads end.
 * Safe for any thread: one lock around the queue.
 */
public final class BlockingWork implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(BlockingWork.class);
  private static final int IDLE_SECONDS = 30;

  private final ThreadPoolExecutor pool;
  private final FairQueue<Work> waiting = new FairQueue<>();
  private final int most;

  /** What is to be done, or not: one of the two is called, once, on any thread. */
  public interface Work {
    void run();

    /** There is no room for it, or no more. */
    void refused();

    /** One of two parts. */
    static Work of(Runnable run, Runnable refused) {
      return new Work() {
        @Override
        public void run() {
          run.run();
        }

        @Override
        public void refused() {
          refused.run();
        }
      };
    }
  }

  /**
   * @param name of the threads
   * @param threads how much runs at once
   * @param most how much may wait
   */
  public BlockingWork(String name, int threads, int most) {
    this.most = most;
    pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(), // of one token for each work that waits
            task -> ThreadPriority.behind(name, task));
    pool.allowCoreThreadTimeOut(true);
  }

  /**
   * Has {@code work} done, or tells it that it will not be.
   *
   * @param from who takes turns with the others, such as an address
   */
  public void submit(Object from, Work work) {
    Work out = enter(from, work);
    if (out != null) {
      out.refused();
    }
  }

  /** Who has to go for it; null where there was room. */
  private @Nullable Work enter(Object from, Work work) {
    synchronized (waiting) {
      if (pool.isShutdown()) {
        return work;
      }
      Work out = null;
      if (waiting.size() >= most) {
        out = waiting.displaceFor(from);
        if (out == null) {
          return work;
        }
      } else {
        pool.execute(this::runNext);
      }
      waiting.add(from, work);
      return out;
    }
  }

  private void runNext() {
    Work next;
    synchronized (waiting) {
      next = waiting.poll();
    }
    if (next != null) {
      try {
        next.run();
      } catch (RuntimeException | Error failure) {
        LOG.error("Work off the loops failed", failure);
      }
    }
  }

  /** Stops what runs; what waits is neither done nor told. */
  @Override
  public void close() {
    synchronized (waiting) {
      pool.shutdownNow();
    }
  }
}
