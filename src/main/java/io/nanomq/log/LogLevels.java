package io.nanomq.log;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;

/** The levels of {@code log.level}, from the one that says most to the one that says least. */
public final class LogLevels {
  private static final Map<String, Level> BY_NAME = new LinkedHashMap<>();

  static {
    BY_NAME.put("trace", org.jboss.logmanager.Level.TRACE);
    BY_NAME.put("debug", org.jboss.logmanager.Level.DEBUG);
    BY_NAME.put("info", org.jboss.logmanager.Level.INFO);
    BY_NAME.put("warn", org.jboss.logmanager.Level.WARN);
    BY_NAME.put("error", org.jboss.logmanager.Level.ERROR);
    BY_NAME.put("fatal", org.jboss.logmanager.Level.FATAL);
  }

  private LogLevels() {}

  /** Null = there is no such level. */
  public static @Nullable Level find(String name) {
    return BY_NAME.get(name);
  }

  /** The configuration's word for a level, or for the next one that says more. */
  public static String name(int level) {
    String name = "trace";
    for (Map.Entry<String, Level> each : BY_NAME.entrySet()) {
      if (each.getValue().intValue() <= level) {
        name = each.getKey();
      }
    }
    return name;
  }
}
