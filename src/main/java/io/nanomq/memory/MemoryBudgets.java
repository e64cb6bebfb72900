package io.nanomq.memory;

import io.netty.util.internal.PlatformDependent;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The memory of the process, shared out: {@link Purpose} is the table. What a client can make the
 * broker keep is counted in one of these budgets, at what it costs and where it is kept.
 *
 * <p>Shared: filled by the constructor, only read afterwards.
 */
public final class MemoryBudgets {
  private static final long MIB = 1024 * 1024;

  /** Classes, beans, the configuration, buffers of the loops: there before the first client. */
  private static final long PROCESS_BYTES = 40 * MIB;

  /** Of a small heap the process gets one part in so many. */
  private static final int PROCESS_PART = 5;

  private final Map<Purpose, Budget> budgets = new EnumMap<>(Purpose.class);
  private final Accounts accounts = new Accounts();
  private final long heap;
  private final long direct;

  /**
   * @param heap bytes that the heap may have
   * @param direct bytes that may be taken outside of it
   */
  public MemoryBudgets(long heap, long direct) {
    this.heap = heap;
    this.direct = direct;
    for (Purpose purpose : Purpose.values()) {
      long all = purpose.kind() == Purpose.Kind.HEAP ? heap : direct;
      long limit = (all - forTheProcess(all)) / 100 * purpose.percent();
      budgets.put(purpose, new Budget(purpose, limit));
    }
  }

  /** Those of this process: {@code -Xmx}, and what Netty may take besides. */
  public static MemoryBudgets ofProcess() {
    return new MemoryBudgets(Runtime.getRuntime().maxMemory(), PlatformDependent.maxDirectMemory());
  }

  private static long forTheProcess(long all) {
    return Math.min(PROCESS_BYTES, all / PROCESS_PART);
  }

  public Budget of(Purpose purpose) {
    Budget budget = budgets.get(purpose);
    if (budget == null) {
      throw new IllegalArgumentException(purpose.name());
    }
    return budget;
  }

  /**
   * Counts bytes that wait in any case, whether there is room or not, until what waits is run.
   *
   * @param account whose they are; null = nobody's
   * @param waiting what they are kept for
   * @return to be run once in its place, by any thread
   */
  public Runnable counted(
      Purpose purpose, @Nullable Account account, long bytes, Runnable waiting) {
    Budget budget = of(purpose);
    budget.add(account, bytes);
    accounts.acquire(account);
    return () -> {
      budget.give(account, bytes);
      accounts.release(account);
      waiting.run();
    };
  }

  /** Whose share is counted. */
  public Accounts accounts() {
    return accounts;
  }

  /** The most that all budgets of a kind may hold, and what the process needs for itself. */
  public long sum(Purpose.Kind kind) {
    long sum = forTheProcess(all(kind));
    for (Budget budget : budgets.values()) {
      Purpose purpose = budget.purpose();
      sum += purpose.kind() == kind ? budget.limit() / purpose.percent() * purpose.most() : 0;
    }
    return sum;
  }

  /** Bytes that there are of a kind. */
  public long all(Purpose.Kind kind) {
    return kind == Purpose.Kind.HEAP ? heap : direct;
  }
}
