package io.nanomq.limit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What something is counted by in a table of very many: names of clients may have 64 KiB each.
 * Longer ones than {@value #MAX_LENGTH} characters are told apart by their hash.
 */
public final class CountedKey {
  static final int MAX_LENGTH = 64;

  private CountedKey() {}

  /** The text itself, or what is longer than any such text. */
  public static String of(String text) {
    return text.length() <= MAX_LENGTH ? text : '#' + hash(text);
  }

  private static String hash(String text) {
    try {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(utf8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has it", e);
    }
  }
}
