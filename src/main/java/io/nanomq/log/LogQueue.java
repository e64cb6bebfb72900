package io.nanomq.log;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import org.jboss.logmanager.handlers.AsyncHandler;
import org.jspecify.annotations.Nullable;

/**
 * Lines that wait for a file or a socket, {@value #LENGTH} at most; what comes faster is dropped. A
 * thread of its own writes them.
 */
final class LogQueue extends AsyncHandler {
  static final int LENGTH = 4096;

  /** How long a close waits for what is still to be written. */
  private static final long CLOSE_MILLIS = 1_000;

  private final Handler to;
  private final Writer writer;

  /**
   * @param name of the output, for the thread
   * @param to writes a line; closed with this one
   */
  LogQueue(String name, Handler to) {
    this(to, new Writer(name));
  }

  private LogQueue(Handler to, Writer writer) {
    super(LENGTH, writer);
    this.to = to;
    this.writer = writer;
    setOverflowAction(OverflowAction.DISCARD);
    setCloseChildren(false);
    addHandler(to);
  }

  /** Keeps the thread that the superclass has it make. */
  private static final class Writer implements ThreadFactory {
    private final String name;
    private @Nullable Thread thread;

    Writer(String name) {
      this.name = name;
    }

    @Override
    public Thread newThread(Runnable task) {
      Thread made = new Thread(task, "nanomq-log-" + name);
      made.setDaemon(true);
      thread = made;
      return made;
    }

    void await() {
      try {
        if (thread != null) {
          TimeUnit.MILLISECONDS.timedJoin(thread, CLOSE_MILLIS);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * The superclass closes what it finds in its list, which its own thread empties when it ends: a
   * file or a socket may be left open. So it is closed here, after the last line.
   */
  @Override
  public void close() {
    super.close();
    writer.await();
    to.close();
  }
}
