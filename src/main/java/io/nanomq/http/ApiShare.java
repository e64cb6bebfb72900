package io.nanomq.http;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/**
 * Keeps the API from taking the processors away from MQTT: while messages flow, its threads rest
 * once they have used up their share, {@code http_server.cpu_share} of all processors' time. Who
 * asks as fast as answers come then waits for them, and is kept from taking processors in turn.
 * While no messages flow nobody rests.
 *
 * <p>Shared: what is spent is accounted for in one {@link CpuBudget}; each thread reads its own
 * clock.
 */
public final class ApiShare {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /** A shorter rest costs more by waking up than it gives. */
  private static final long MIN_REST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** Then the thread looks at what has come meanwhile, and rests on after that. */
  private static final long MAX_REST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** From here on there is no limit. */
  private static final int ALL = 100;

  private final IntSupplier percent;
  private final BooleanSupplier busy;
  private final int processors = Runtime.getRuntime().availableProcessors();
  private final CpuBudget budget = new CpuBudget(System.nanoTime());
  private final LongAdder rested = new LongAdder();
  private final ThreadLocal<Meter> meter = ThreadLocal.withInitial(Meter::new);

  /** How much of a processor's time a thread had used when it was last asked. */
  private static final class Meter {
    private long nanos = cpuNanos();

    long sinceLast() {
      long before = nanos;
      nanos = cpuNanos();
      return nanos - before;
    }

    private static long cpuNanos() {
      return THREADS.isCurrentThreadCpuTimeSupported() ? THREADS.getCurrentThreadCpuTime() : 0;
    }
  }

  /**
   * @param percent of all processors' time, 1 to 100
   * @param busy whether messages flow
   */
  public ApiShare(IntSupplier percent, BooleanSupplier busy) {
    this.percent = percent;
    this.busy = busy;
  }

  /**
   * Called by a thread of the API's own at the end of a piece of work; returns after the rest that
   * is due, {@value #MAX_REST_NANOS} ns at most.
   */
  public void rest() {
    long due = charge();
    if (due > 0) {
      long begin = System.nanoTime();
      LockSupport.parkNanos(Math.max(MIN_REST_NANOS, Math.min(due, MAX_REST_NANOS)));
      rested.add(System.nanoTime() - begin);
    }
  }

  /**
   * Accounts for what the calling thread has done since it was here before; for threads that others
   * need as well, which must not rest: those that take requests in do it for them.
   *
   * @return nanoseconds of rest that are due; 0 or less = none
   */
  public long charge() {
    long spent = meter.get().sinceLast();
    int most = percent.getAsInt();
    boolean limited = most < ALL && busy.getAsBoolean();
    return budget.spend(spent, System.nanoTime(), (double) processors * most / ALL, limited);
  }

  /** How long all threads together have rested, in nanoseconds. */
  public long restedNanos() {
    return rested.sum();
  }
}
