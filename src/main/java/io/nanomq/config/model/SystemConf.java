package io.nanomq.config.model;

import io.nanomq.config.key.value.Network;
import io.nanomq.config.setting.ConfValues;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
 * @param deniedNetworks where nothing connects to
 */
public record SystemConf(
    int numTaskqThread,
    int maxTaskqThread,
    int parallel,
    boolean daemon,
    Persistence persistence,
    long stopTimeoutMillis,
    String pidFile,
    List<Network> deniedNetworks) {

  private static final int DEFAULT_PARALLEL = 32;

  /**
   * @param file the main document; null where there is none, or it is no file
   */
  public static SystemConf bind(ConfValues values, @Nullable Path file) {
    int parallel = values.integer("system.parallel");
    return new SystemConf(
        values.integer("system.num_taskq_thread"),
        values.integer("system.max_taskq_thread"),
        parallel == 0 ? DEFAULT_PARALLEL : parallel,
        values.bool("system.daemon"),
        Persistence.bind(values, file),
        values.number("system.stop_timeout"),
        values.text("system.pid_file"),
        values.list("outgoing.deny").stream().flatMap(n -> Network.parse(n).stream()).toList());
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
   * @param isAsked whether a key says so; else the broker does without where it cannot be
   * @param folder where it is; empty = nowhere
   * @param maxBytes what its files may take together; 0 = as much as the disk has
   * @param syncMillis how often {@link Durability#ASYNC} forces to the disk what is written
   */
  public record Persistence(
      Durability durability, boolean isAsked, String folder, long maxBytes, long syncMillis) {
    private static final String DURABILITY = "persistence.durability";
    private static final String FOLDER = "persistence.dir";
    private static final String BASE = "persistence.base_dir";
    private static final String FORMER = "system.msg_persistence";
    private static final String FORMER_FOLDER = "sqlite.mounted_file_path";

    /** What documents are called, whose folders are called the same without it. */
    public static final String SUFFIX = ".conf";

    /** Beside a document: it has the folders of all that are there. */
    public static final String USUAL_FOLDER = "data";

    /** How safe what is acknowledged is. */
    public enum Durability {
      /** It lives as long as the process. */
      NONE,
      /** It outlives the process, and a loss of power but for the last moments. */
      ASYNC,
      /** It outlives a loss of power. */
      FSYNC
    }

    static Persistence bind(ConfValues values, @Nullable Path file) {
      boolean isAsked = values.isGiven(DURABILITY) || values.isGiven(FORMER);
      String folder = folder(values, file, isAsked);
      return new Persistence(
          isAsked ? asked(values) : folder.isEmpty() ? Durability.NONE : Durability.FSYNC,
          isAsked,
          folder,
          values.number("persistence.max_bytes"),
          values.number("persistence.sync_interval"));
    }

    private static Durability asked(ConfValues values) {
      if (values.isGiven(DURABILITY)) {
        return switch (values.text(DURABILITY)) {
          case "fsync" -> Durability.FSYNC;
          case "async" -> Durability.ASYNC;
          default -> Durability.NONE;
        };
      }
      // NanoMQ's own key for it: what it has taken goes to the disk from time to time.
      boolean isKept = values.text(FORMER).equals("sqlite") && values.bool("sqlite.enable");
      return isKept ? Durability.ASYNC : Durability.NONE;
    }

    /** A folder that only NanoMQ's section names counts where something is asked to be in it. */
    private static String folder(ConfValues values, @Nullable Path file, boolean isAsked) {
      String former = isAsked ? values.text(FORMER_FOLDER) : "";
      String named = values.text(FOLDER).isEmpty() ? former : values.text(FOLDER);
      if (!named.isEmpty()) {
        return file == null ? named : file.resolveSibling(named).toString();
      }
      if (file == null) {
        return isAsked ? USUAL_FOLDER : "";
      }
      // Each document has its own: two of them in one folder are two brokers.
      String name = String.valueOf(file.getFileName());
      boolean hasSuffix = name.endsWith(SUFFIX) && name.length() > SUFFIX.length();
      String own = hasSuffix ? name.substring(0, name.length() - SUFFIX.length()) : name;
      String base = values.text(BASE).isEmpty() ? USUAL_FOLDER : values.text(BASE);
      return file.resolveSibling(base).resolve(own).toString();
    }
  }
}
