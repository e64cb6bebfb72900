package io.nanomq.config.key;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A row of the table and what stood in the place of its {@code <n>} and {@code <name>}.
 *
 * @param key the row
 * @param captures numbers and names, in order
 */
public record KeyMatch(ConfKey key, List<String> captures) {
  /** Name of the one bridge that a key=value file can have. */
  public static final String ONLY_BRIDGE = "bridge";

  private static final String NAMED = "bridges.mqtt.<name>.";
  private static final String NAMED_KEY_VALUE = "bridge.mqtt.<name>.";

  /** What was called otherwise; what ends in a dot is the begin of several. */
  private static final Map<String, String> RENAMED =
      Map.of(
          "server", "address",
          "enable", "bridge_mode",
          "max_parallel_processes", "parallel",
          "congestion_control", "quic_congestion_control",
          "ssl.", "tls.",
          "conn_properties.", "connect.properties.",
          "sub_properties.", "subscription.properties.");

  public KeyMatch {
    captures = List.copyOf(captures);
  }

  /** The same path for the same setting, whichever format it came from. */
  public String path() {
    return path(key, captures);
  }

  public static String path(ConfKey key, List<String> captures) {
    if (!key.isIndexed()) {
      return key.id();
    }
    List<String> all = captures;
    if (KeyPattern.of(key.id()).placeholders() == captures.size() + 1
        && key.id().startsWith("bridges.mqtt.")) {
      all = new ArrayList<>(captures);
      all.add(0, ONLY_BRIDGE);
    }
    return fill(key.id(), all, true);
  }

  /** A pattern with its placeholders filled in. */
  public static String fill(String pattern, List<String> captures, boolean quoteDots) {
    if (!pattern.contains("<") && !pattern.endsWith("**")) {
      return pattern;
    }
    StringBuilder path = new StringBuilder();
    int next = 0;
    for (String part : KeyPattern.of(pattern).parts()) {
      if (part.equals("**")) {
        // A section is one setting, whatever stands in it.
        continue;
      }
      path.append(path.isEmpty() ? "" : ".");
      String name = KeyPattern.isPlaceholder(part) ? captures.get(next++) : part;
      path.append(quoteDots ? quoted(name) : name);
    }
    return path.toString();
  }

  /** A name with dots is quoted, so that no two settings share a path. */
  public static String quoted(String name) {
    return name.indexOf('.') >= 0 || name.indexOf('"') >= 0 ? JsonString.quote(name) : name;
  }

  /**
   * The name of a key in key=value files that have several bridges, as NanoMQ had them until 0.22;
   * empty where it is none of a bridge's.
   */
  public static String ofNamedBridge(ConfKey key) {
    return ofNamedBridge(key.hocon());
  }

  static String ofNamedBridge(String hocon) {
    if (!hocon.startsWith(NAMED)) {
      return "";
    }
    String item = hocon.substring(NAMED.length());
    for (Map.Entry<String, String> name : RENAMED.entrySet()) {
      String old = name.getKey();
      if (item.equals(old) || old.endsWith(".") && item.startsWith(old)) {
        return NAMED_KEY_VALUE + name.getValue() + item.substring(old.length());
      }
    }
    return NAMED_KEY_VALUE + item;
  }
}
