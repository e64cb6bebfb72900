package io.nanomq.config.model;

import io.nanomq.config.setting.ConfValues;

/**
 * The process.
 *
 * @param numTaskqThread event loops asked for; 0 = one per available processor
 * @param maxTaskqThread their upper bound; 0 = none
 * @param parallel blocking operations that may be outstanding before reading pauses
 * @param daemon accepted and reported only
 * @param persistence {@code memory} or {@code sqlite}
 * @param stopTimeoutMillis how long a stop waits for connections to drain
 * @param pidFile where the process id goes; empty = nowhere
 */
public record SystemConf(
    int numTaskqThread,
    int maxTaskqThread,
    int parallel,
    boolean daemon,
    String persistence,
    long stopTimeoutMillis,
    String pidFile) {

  private static final int DEFAULT_PARALLEL = 32;

  public static SystemConf defaults() {
    return bind(ConfValues.NONE);
  }

  public static SystemConf bind(ConfValues values) {
    int parallel = values.integer("system.parallel");
    return new SystemConf(
        values.integer("system.num_taskq_thread"),
        values.integer("system.max_taskq_thread"),
        parallel == 0 ? DEFAULT_PARALLEL : parallel,
        values.bool("system.daemon"),
        values.text("system.msg_persistence"),
        values.number("system.stop_timeout"),
        values.text("system.pid_file"));
  }

  /** Event loops that this machine runs with these settings. */
  public int loops() {
    int loops = eventLoops();
    return loops == 0 ? Runtime.getRuntime().availableProcessors() : loops;
  }

  /** Event loops to run; 0 = one per available processor. */
  public int eventLoops() {
    if (maxTaskqThread == 0) {
      return numTaskqThread;
    }
    int wanted = numTaskqThread == 0 ? Runtime.getRuntime().availableProcessors() : numTaskqThread;
    return Math.min(wanted, maxTaskqThread);
  }
}
