package io.nanomq.config;

import java.util.ArrayList;
import java.util.List;

/**
 * A row of the table and what stood in the place of its {@code <n>} and {@code <name>}.
 *
 * @param key the row
 * @param captures numbers and names, in order
 */
record KeyMatch(ConfKey key, List<String> captures) {
  /** Name of the one bridge that a key=value file can have. */
  static final String ONLY_BRIDGE = "bridge";

  KeyMatch {
    captures = List.copyOf(captures);
  }

  /** The same path for the same setting, whichever format it came from. */
  String path() {
    return path(key, captures);
  }

  static String path(ConfKey key, List<String> captures) {
    if (!key.isIndexed()) {
      return key.id();
    }
    List<String> all = captures;
    if (count(key.id()) == captures.size() + 1 && key.id().startsWith("bridges.mqtt.")) {
      all = new ArrayList<>(captures);
      all.add(0, ONLY_BRIDGE);
    }
    StringBuilder path = new StringBuilder();
    int next = 0;
    for (String part : key.id().split("\\.")) {
      path.append(path.isEmpty() ? "" : ".");
      boolean placeholder = part.startsWith("<") || part.equals("**");
      path.append(placeholder && next < all.size() ? quoted(all.get(next++)) : part);
    }
    return path.toString();
  }

  private static int count(String id) {
    int count = 0;
    for (String part : id.split("\\.")) {
      count += part.startsWith("<") || part.equals("**") ? 1 : 0;
    }
    return count;
  }

  /** A name with dots is quoted, so that no two settings share a path. */
  private static String quoted(String name) {
    return name.indexOf('.') >= 0 ? '"' + name + '"' : name;
  }
}
