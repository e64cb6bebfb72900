package io.nanomq.config;

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

  static ConfEdit set(String id, Object value, String... captures) {
    return new ConfEdit(KeyTable.get().byId(id), List.of(captures), value);
  }

  static ConfEdit remove(String id, String... captures) {
    return new ConfEdit(KeyTable.get().byId(id), List.of(captures), null);
  }

  String path() {
    return KeyMatch.path(key, captures);
  }
}
