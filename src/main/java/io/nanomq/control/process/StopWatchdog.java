package io.nanomq.control.process;

/**
 * Ends the process where a stop hangs: it must end whatever becomes of everything else that stops
 * with it, shutdown hooks included.
 */
final class StopWatchdog {
  /** What the process ends with. */
  static final int EXIT_CODE = 70;

  private StopWatchdog() {}

  /**
   * Begins to watch; there is no way back.
   *
   * @param patienceMillis until the process has to be gone
   */
  static void start(long patienceMillis) {
    Thread watchdog = new Thread(() -> haltAfter(patienceMillis), "nanomq-stop");
    watchdog.setDaemon(true);
    watchdog.start();
  }

  private static void haltAfter(long patienceMillis) {
    try {
      Thread.sleep(patienceMillis);
      System.err.println("nanomq: the stop hangs, the process ends here");
      Runtime.getRuntime().halt(EXIT_CODE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
