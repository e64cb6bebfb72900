package io.nanomq.config.model;

import io.nanomq.config.setting.ConfValues;

/**
 * The process.
 *
 * @param numTaskqThread event loops asked for; 0 = one per available processor
 * @param maxTaskqThread their upper bound; 0 = none
 * @param parallel blocking operations that may be outstanding before reading pauses
 * @param daemon accepted and reported only
 * @param persistence what outlives the process
 * @param stopTimeoutMillis how long a stop waits for connections to drain
 * @param pidFile where the process id goes; empty = nowhere
 */
public record SystemConf(
    int numTaskqThread,
    int maxTaskqThread,
    int parallel,
    boolean daemon,
    Persistence persistence,
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
        Persistence.bind(values),
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

  /**
   * What outlives the process: durable sessions with their messages, and retained messages.
   *
   * @param durability when what is acknowledged is on disk
   * @param folder where it is; relative to the working directory
   * @param maxBytes what its files may take together; 0 = as much as the disk has
   * @param syncMillis how often {@link Durability#ASYNC} forces to the disk what is written
   */
  public record Persistence(Durability durability, String folder, long maxBytes, long syncMillis) {
    private static final String DURABILITY = "persistence.durability";
    private static final String FOLDER = "persistence.dir";

    /** How safe what is acknowledged is. */
    public enum Durability {
      /** It lives as long as the process. */
      NONE,
      /** It outlives the process, and a loss of power but for the last moments. */
      ASYNC,
      /** It outlives a loss of power. */
      FSYNC
    }

    static Persistence bind(ConfValues values) {
      // NanoMQ's own key for it: what it has taken goes to the disk from time to time.
      boolean former =
          !values.isGiven(DURABILITY)
              && values.text("system.msg_persistence").equals("sqlite")
              && values.bool("sqlite.enable");
      boolean isNamedSo = !values.isGiven(FOLDER) && values.isGiven("sqlite.mounted_file_path");
      return new Persistence(
          former ? Durability.ASYNC : durability(values.text(DURABILITY)),
          isNamedSo ? values.text("sqlite.mounted_file_path") : values.text(FOLDER),
          values.number("persistence.max_bytes"),
          values.number("persistence.sync_interval"));
    }

    private static Durability durability(String word) {
      return switch (word) {
        case "fsync" -> Durability.FSYNC;
        case "async" -> Durability.ASYNC;
        default -> Durability.NONE;
      };
    }
  }
}
