package io.nanomq.config;

import org.jspecify.annotations.Nullable;

/**
 * A document's text and its hash, which is computed when it is first asked for. Immutable as a
 * String is: threads may race, to the same answer.
 */
final class HashedText {
  private final String text;
  private @Nullable String hash;

  HashedText(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }

  /** SHA-256 of the text in UTF-8, in hexadecimal. */
  String hash() {
    String known = hash;
    if (known == null) {
      known = StoredConf.hash(text);
      hash = known;
    }
    return known;
  }
}
