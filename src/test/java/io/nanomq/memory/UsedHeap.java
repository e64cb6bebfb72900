package io.nanomq.memory;

import java.lang.management.ManagementFactory;
import java.util.concurrent.Callable;

/** What something really costs: the heap before and after it was made, collected. */
public final class UsedHeap {
  /** Collections in a row that find nothing more, and collections in all; each takes long. */
  private static final int QUIET = 3;

  private static final int MOST = 30;
  private static final long NOTHING_BYTES = 64 * 1024;

  private static Object kept = "";

  private UsedHeap() {}

  /**
   * Bytes that the result keeps.
   *
   * @param maker makes what is looked at, some megabytes, so that what others do does not matter
   */
  public static long of(Callable<?> maker) throws Exception {
    kept = "";
    long before = used();
    kept = maker.call();
    long after = used();
    kept = "";
    return after - before;
  }

  private static long used() {
    long least = Long.MAX_VALUE;
    for (int quiet = 0, i = 0; quiet < QUIET && i < MOST; i++) {
      System.gc();
      long now = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
      quiet = least - now > NOTHING_BYTES ? 0 : quiet + 1;
      least = Math.min(least, now);
    }
    return least;
  }
}
