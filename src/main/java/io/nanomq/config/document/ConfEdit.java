package io.nanomq.config.document;

import io.nanomq.config.key.ConfKey;
import io.nanomq.config.key.KeyMatch;
import io.nanomq.config.key.KeyTable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One change to a document.
 *
 * @param key row of the table
 * @param captures what stands in the place of its {@code <n>} and {@code <name>}
 * @param value {@link Boolean}, {@link Long}, {@link Double}, {@link String} or a list of strings,
 *     sizes in bytes and durations in milliseconds; null removes the key
 */
public record ConfEdit(ConfKey key, List<String> captures, @Nullable Object value) {
  public ConfEdit {
    captures = List.copyOf(captures);
  }

  public static ConfEdit set(String id, Object value, String... captures) {
    return new ConfEdit(KeyTable.get().byId(id), List.of(captures), value);
  }

  public static ConfEdit remove(String id, String... captures) {
    return new ConfEdit(KeyTable.get().byId(id), List.of(captures), null);
  }

  /** Names in key=value files, the usual one first; none where that format has none. */
  public List<String> keyValueNames() {
    List<String> names = new ArrayList<>();
    String named = KeyMatch.ofNamedBridge(key);
    if (!named.equals(key.keyValue())) {
      boolean isBridge = !named.isEmpty();
      if (!isBridge || captures.get(0).equals(KeyMatch.ONLY_BRIDGE)) {
        add(key.keyValue(), isBridge ? captures.subList(1, captures.size()) : captures, names);
      }
    }
    if (!named.isEmpty()) {
      add(named, captures, names);
    }
    return names;
  }

  /** Some names of bridges cannot be said there: they would be read as something else. */
  private void add(String pattern, List<String> places, List<String> names) {
    String name = KeyMatch.fill(pattern, places, false);
    boolean isRead =
        KeyTable.get().matchKeyValue(name).filter(match -> match.path().equals(path())).isPresent();
    if (isRead) {
      names.add(name);
    }
  }

  /** The path in HOCON files; empty where that format has none. */
  public List<String> hoconPath() {
    List<String> path = new ArrayList<>();
    int next = 0;
    for (String part : key.hocon().isEmpty() ? new String[0] : key.hocon().split("\\.")) {
      path.add(part.startsWith("<") ? captures.get(next++) : part);
    }
    return path;
  }

  /** Where in {@link #hoconPath()} the first element of a list stands; -1 where none does. */
  public int firstNumber() {
    return List.of(key.hocon().split("\\.")).indexOf("<n>");
  }

  public String path() {
    return KeyMatch.path(key, captures);
  }
}
