package io.nanomq.memory;

import java.lang.management.ManagementFactory;
import java.util.concurrent.Callable;

/** What something really costs: the heap before and after it was made, collected. */
public final class UsedHeap {
  private static final int COLLECTIONS = 3;

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
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
