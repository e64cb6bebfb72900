package io.nanomq.config;

import java.util.ArrayList;
import java.util.List;

/**
 * A known key and the text that a source gives it, before types and secrets.
 *
 * @param match the row and its placeholders
 * @param texts one text, or the elements of a list
 * @param isList whether the source had a list
 * @param origin where it was written
 * @param parts what was put together from several lines; empty where it stands on one
 */
record RawSetting(
    KeyMatch match, List<String> texts, boolean isList, ConfOrigin origin, List<RawSetting> parts) {
  RawSetting {
    texts = List.copyOf(texts);
    parts = List.copyOf(parts);
  }

  RawSetting(KeyMatch match, List<String> texts, boolean isList, ConfOrigin origin) {
    this(match, texts, isList, origin, List.of());
  }

  static RawSetting of(KeyMatch match, String text, ConfOrigin origin) {
    return new RawSetting(match, List.of(text), false, origin);
  }

  /** This and a later line of the same key, whose values add up. */
  RawSetting with(RawSetting later) {
    List<RawSetting> all = new ArrayList<>(parts.isEmpty() ? List.of(this) : parts);
    all.add(later);
    List<String> text = List.of(raw() + "," + later.raw());
    return new RawSetting(match, text, false, later.origin, all);
  }

  String raw() {
    return String.join(",", texts);
  }
}
