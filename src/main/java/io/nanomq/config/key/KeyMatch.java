package io.nanomq.config.key;

import java.util.ArrayList;
import java.util.List;

/**
 * A row of the table and what stood in the place of its {@code <n>} and {@code <name>}.
 *
 * @param key the row
 * @param captures numbers and names, in order
 */
public record KeyMatch(ConfKey key, List<String> captures) {
  /** Name of the one bridge that a key=value file can have. */
  public static final String ONLY_BRIDGE = "bridge";

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
}
