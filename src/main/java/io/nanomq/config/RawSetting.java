package io.nanomq.config;

import java.util.List;

/**
 * A known key and the text that a source gives it, before types and secrets.
 *
 * @param match the row and its placeholders
 * @param texts one text, or the elements of a list
 * @param isList whether the source had a list
 * @param origin where it was written
 */
record RawSetting(KeyMatch match, List<String> texts, boolean isList, ConfOrigin origin) {
  RawSetting {
    texts = List.copyOf(texts);
  }

  static RawSetting of(KeyMatch match, String text, ConfOrigin origin) {
    return new RawSetting(match, List.of(text), false, origin);
  }

  String raw() {
    return String.join(",", texts);
  }
}
