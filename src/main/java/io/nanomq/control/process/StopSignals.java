package io.nanomq.control.process;

import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.Quarkus;
import java.util.List;
import sun.misc.Signal;

/**
 * SIGTERM and SIGINT end the process in order, with 0. The JVM's own way would end with 143, which
 * service managers and Kubernetes take for a failure.
 */
public final class StopSignals {
  // The framework forgets what it is told before it starts the application.
  private static volatile boolean begun;

  private StopSignals() {}

  /** From now on signals are taken. */
  public static void install() {
    for (String signal : List.of("TERM", "INT")) {
      Signal.handle(new Signal(signal), received -> end());
    }
  }

  /** From now on there is something to be ended in order. */
  static void begin() {
    begun = true;
  }

  private static void end() {
    if (LaunchMode.current() == LaunchMode.DEVELOPMENT) {
      System.exit(0); // also where nothing runs, and dev mode waits for a mended file
    }
    if (!begun) {
      Runtime.getRuntime().halt(0);
    }
    Quarkus.asyncExit(0);
  }
}
