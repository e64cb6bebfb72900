package io.nanomq.rule;

import io.nanomq.loop.ThreadPriority;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads that look at messages: of lower priority than the loops, and gone while idle. */
final class RuleThreads {
  private static final int IDLE_SECONDS = 30;

  private RuleThreads() {}

  /** What waits for them is one task for each lane of a sink at most. */
  static ExecutorService open(int threads) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> ThreadPriority.behind("nanomq-rules", task));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }
}
