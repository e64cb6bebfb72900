package io.nanomq.loop;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import org.jboss.logging.Logger;

/**
 * A thread's priority in the eyes of Linux. Java's own means nothing there unless the JVM has flags
 * that are meant for root.
 */
public final class ThreadPriority {
  private static final Logger LOG = Logger.getLogger(ThreadPriority.class);

  /**
   * Low enough that an event loop which wakes up does not wait for the thread, and high enough that
   * the thread still gets a tenth of a busy processor: it may hold a lock that a loop needs.
   */
  static final int NICE = 10;

  private static final int PRIO_PROCESS = 0;
  private static final int CALLING_THREAD = 0;

  /** The part of the C library that is used. */
  private interface C extends Library {
    int setpriority(int which, int who, int priority) throws LastErrorException;
  }

  private ThreadPriority() {}

  /**
   * Puts the calling thread, and those that it starts, behind the event loops. Changes nothing
   * where that cannot be done: elsewhere the call would be for the whole process.
   */
  public static void lower() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return;
    }
    // Not into the user's home, which need not be there. Netty's library is put there, too.
    if (System.getProperty("jna.tmpdir") == null) {
      System.setProperty("jna.tmpdir", System.getProperty("java.io.tmpdir"));
    }
    try {
      Native.load("c", C.class).setpriority(PRIO_PROCESS, CALLING_THREAD, NICE);
    } catch (LastErrorException | LinkageError e) {
      LOG.debugf("The API's threads keep the priority of the others: %s", e.getMessage());
    }
  }
}
