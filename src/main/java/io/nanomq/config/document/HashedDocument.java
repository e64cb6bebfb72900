package io.nanomq.config.document;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A document's name, its text and the hash, which is computed when it is first asked for. Immutable
 * as a String is: threads may race, to the same answer.
 */
public abstract class HashedDocument implements ConfDocument {
  private final String name;
  private final String text;
  private @Nullable String hash;

  protected HashedDocument(String name, String text) {
    this.name = name;
    this.text = text;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final String text() {
    return text;
  }

  @Override
  public final String hash() {
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
