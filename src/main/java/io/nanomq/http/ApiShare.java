package io.nanomq.http;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/**
 * Keeps the API from taking the processors away from MQTT: while messages flow, requests wait once
 * its threads have used up their share, {@code http_server.cpu_share} of all processors' time. A
 * request waits once, before it is worked on, and for {@link CpuBudget#MAX_DEBT_NANOS} at most; no
 * thread waits. While no messages flow nobody does.
 *
 * <p>Shared: what is spent is accounted for in one {@link CpuBudget}; each thread reads its own
 * clock.
 */
public final class ApiShare {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /** From here on there is no limit. */
  private static final int ALL = 100;

  private final IntSupplier percent;
  private final BooleanSupplier busy;
  private final int processors = Runtime.getRuntime().availableProcessors();
  private final CpuBudget budget = new CpuBudget(System.nanoTime());
  private final LongAdder waitedMillis = new LongAdder();
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

  /** Accounts for what the calling thread has done since it was here before. */
  public void charge() {
    due();
  }

  /**
   * How long a request that comes now has to wait, in milliseconds; 0 = not at all. What the
   * calling thread has done since it was here before is accounted for.
   */
  long claim() {
    long millis = TimeUnit.NANOSECONDS.toMillis(due());
    if (millis <= 0) {
      return 0;
    }
    waitedMillis.add(millis);
    return millis;
  }

  private long due() {
    long spent = meter.get().sinceLast();
    int most = percent.getAsInt();
    boolean limited = most < ALL && busy.getAsBoolean();
    return budget.spend(spent, System.nanoTime(), (double) processors * most / ALL, limited);
  }

  /** How long all requests together have waited. */
  public long waitedMillis() {
    return waitedMillis.sum();
  }
}
