package io.nanomq.config.document;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A document's text and its hash, which is computed when it is first asked for. Immutable as a
 * String is: threads may race, to the same answer.
 */
public final class HashedText {
  private final String text;
  private @Nullable String hash;

  public HashedText(String text) {
    this.text = text;
  }

  public String text() {
    return text;
  }

  /** SHA-256 of the text in UTF-8, in hexadecimal. */
  public String hash() {
    String known = hash;
    if (known == null) {
      known = hash(text);
      hash = known;
    }
    return known;
  }

  /** SHA-256 of a text in UTF-8, in hexadecimal. */
  public static String hash(String text) {
    return hash(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The same of bytes. */
  public static String hash(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
