package io.nanomq.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A document as a store has it.
 *
 * @param version differs whenever the document does
 * @param bytes the document
 */
public record StoredConf(String version, byte[] bytes) {
  public StoredConf {
    bytes = bytes.clone();
  }

  @Override
  public byte[] bytes() {
    return bytes.clone();
  }

  /** SHA-256 of the content, in hexadecimal. */
  public String hash() {
    return hash(bytes);
  }

  /** The same of a text in UTF-8. */
  public static String hash(String text) {
    return hash(text.getBytes(StandardCharsets.UTF_8));
  }

  static String hash(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StoredConf stored
        && version.equals(stored.version)
        && Arrays.equals(bytes, stored.bytes);
  }

  @Override
  public int hashCode() {
    return version.hashCode();
  }

  @Override
  public String toString() {
    return "StoredConf[" + version + ", " + bytes.length + " bytes]";
  }
}
