package io.nanomq.log;

import java.io.PrintStream;
import java.util.logging.ErrorManager;
import org.jspecify.annotations.Nullable;

/**
 * Says on the console that an output takes no lines, once each time that this begins, and when it
 * does again: nobody would miss a log otherwise. The console itself may have been switched off as
 * an output.
 *
 * <p>Used by the log's own thread, and by whoever puts a configuration in force.
 */
final class Outage extends ErrorManager {
  private final String output;
  private final PrintStream console;
  private boolean isOut;
  private long lost;

  /**
   * @param output what people know it by
   */
  Outage(String output, PrintStream console) {
    this.output = output;
    this.console = console;
  }

  /** Of the log manager's own handlers. */
  @Override
  public void error(@Nullable String message, @Nullable Exception cause, int code) {
    failed(cause == null ? String.valueOf(message) : String.valueOf(cause.getMessage()));
  }

  /** A line is lost. */
  synchronized void failed(String reason) {
    lost++;
    if (!isOut) {
      isOut = true;
      console.println("The log cannot go to " + output + ", and lines are lost: " + reason);
    }
  }

  /** How many lines were lost since it was last said. */
  synchronized long lost() {
    return lost;
  }

  /** A line was taken. */
  synchronized void works() {
    if (isOut) {
      isOut = false;
      console.println("The log goes to " + output + " again; lines that are lost: " + lost);
    }
    lost = 0;
  }
}
