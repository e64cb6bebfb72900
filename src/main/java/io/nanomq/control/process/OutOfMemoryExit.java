package io.nanomq.control.process;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.IntConsumer;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Ends the process when any thread is out of heap, whatever it was started with: the JVM's {@code
 * -XX:+ExitOnOutOfMemoryError} can be given on its command line only, and event loops and thread
 * pools go on after an error, with whatever is half done. What nobody catches comes here by the
 * default handler; what somebody catches is logged by whoever does, so it comes here as well.
 *
 * <p>Memory outside of the heap is another matter: whoever asked for it fails, the others do not.
 */
public final class OutOfMemoryExit extends Handler {
  /** What {@code -XX:+ExitOnOutOfMemoryError} ends with. */
  static final int STATUS = 3;

  private static final int MAX_CAUSES = 16;
  private static final byte[] LAST_WORDS =
      "nanomq: out of memory, the process ends\n".getBytes(StandardCharsets.UTF_8);
  private static final FileOutputStream STANDARD_ERROR = new FileOutputStream(FileDescriptor.err);

  /** Given up where there is nothing left: even to say so takes some. */
  private static final int RESERVE_BYTES = 1024 * 1024;

  private final IntConsumer exit;
  private byte @Nullable [] reserve = new byte[RESERVE_BYTES];

  /**
   * @param exit ends the process with a status, at once: what would be done in order needs memory
   */
  OutOfMemoryExit(IntConsumer exit) {
    this.exit = exit;
  }

  /** From now on; called once more it changes nothing. */
  public static void install() {
    Logger root = Logger.getLogger("");
    for (Handler handler : root.getHandlers()) {
      if (handler instanceof OutOfMemoryExit) {
        return;
      }
    }
    OutOfMemoryExit handler = new OutOfMemoryExit(Runtime.getRuntime()::halt);
    // What is to be done then is loaded now.
    new OutOfMemoryExit(status -> {}).see(new OutOfMemoryError("rehearsal"), false);
    addFirst(root, handler);
    Thread.setDefaultUncaughtExceptionHandler(
        handler.before(Thread.getDefaultUncaughtExceptionHandler()));
  }

  /** Ahead of the others, which need memory to write the record, and fail where there is none. */
  private static void addFirst(Logger root, Handler first) {
    Handler[] others = root.getHandlers();
    for (Handler other : others) {
      root.removeHandler(other);
    }
    root.addHandler(first);
    for (Handler other : others) {
      root.addHandler(other);
    }
  }

  /** Looks at what nobody caught, then lets the other one do what it does. */
  Thread.UncaughtExceptionHandler before(Thread.@Nullable UncaughtExceptionHandler other) {
    return (thread, failure) -> {
      see(failure);
      if (other != null) {
        other.uncaughtException(thread, failure);
      } else {
        System.err.print("Exception in thread \"" + thread.getName() + "\" ");
        failure.printStackTrace();
      }
    };
  }

  private void see(@Nullable Throwable failure) {
    see(failure, true);
  }

  private void see(@Nullable Throwable failure, boolean aloud) {
    Throwable cause = failure;
    for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
      if (cause instanceof OutOfMemoryError error && isOfHeap(error)) {
        reserve = null;
        say(aloud ? LAST_WORDS.length : 0);
        exit.accept(STATUS);
        return;
      }
      cause = cause.getCause();
    }
  }

  /** Those of direct memory, the JDK's and Netty's, say so. */
  private static boolean isOfHeap(OutOfMemoryError error) {
    String message = error.getMessage();
    return message == null || !message.contains("direct");
  }

  private static void say(int length) {
    try {
      STANDARD_ERROR.write(LAST_WORDS, 0, length);
    } catch (IOException closed) {
      // Nobody listens.
    }
  }

  @Override
  public void publish(@Nullable LogRecord record) {
    if (record != null && record.getThrown() != null) {
      see(record.getThrown());
    }
  }

  @Override
  public void flush() {
    // Nothing is kept.
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
