package io.nanomq.log;

import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Level;
import org.jboss.logmanager.LogContext;
import org.jboss.logmanager.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Levels that were set while the broker runs, beside those of its configuration: of one category (a
 * name such as {@code io.nanomq.connection}, and all below it), or of all where the name is empty.
 * They end with the process, and that of all when another configuration applies.
 *
 * <p>Shared: one lock.
 */
public final class CategoryLevels {
  /** Categories that may have a level of their own. */
  public static final int MOST = 64;

  private final LogContext context;
  // Held here, since the log manager forgets loggers that nobody holds, with their levels.
  private final Map<String, Logger> set = new TreeMap<>();

  public CategoryLevels() {
    this(LogContext.getLogContext());
  }

  CategoryLevels(LogContext context) {
    this.context = context;
  }

  /** Level of everything that has none of its own. */
  public String root() {
    return LogLevels.name(context.getLogger("").getEffectiveLevel());
  }

  /** What was set, by category. */
  public synchronized Map<String, String> all() {
    Map<String, String> all = new TreeMap<>();
    set.forEach((name, logger) -> all.put(name, LogLevels.name(logger.getEffectiveLevel())));
    return all;
  }

  /**
   * Sets a level.
   *
   * @param level null = as the category above it
   * @return false = too many categories have one
   */
  public synchronized boolean set(String category, @Nullable Level level) {
    if (category.isEmpty()) {
      context.getLogger("").setLevel(level);
      return true;
    }
    if (level != null && !set.containsKey(category) && set.size() >= MOST) {
      return false;
    }
    Logger logger = context.getLogger(category);
    logger.setLevel(level);
    if (level == null) {
      set.remove(category);
    } else {
      set.put(category, logger);
    }
    return true;
  }
}
