package io.nanomq.loop;

/**
 * Threads that may wait for the event loops. Java's priorities mean something to Linux with the
 * flags of bin/jvm.options: the lowest is nice 10, which still gets a tenth of a busy processor,
 * for such a thread may hold a lock that a loop needs.
 */
public final class ThreadPriority {
  private ThreadPriority() {}

  /** Puts the calling thread, and those that it starts, behind the event loops. */
  public static void lower() {
    Thread.currentThread().setPriority(Thread.MIN_PRIORITY);
  }

  /** A thread behind the event loops, which keeps no process alive. */
  public static Thread behind(String name, Runnable work) {
    Thread thread =
        new Thread(
            () -> {
              lower();
              work.run();
            },
            name);
    thread.setDaemon(true);
    return thread;
  }
}
