package io.nanomq.memory;

/**
 * What objects cost on the heap, in bytes: of a 64-bit JVM with compressed references, which has
 * the larger objects of those that are usual. Rounded up rather than down.
 */
public final class HeapBytes {
  /** An entry of a hash map, with its place in the table while that is at its emptiest. */
  public static final int MAP_ENTRY = 56;

  /** An empty concurrent map with the table that it begins with, and its first entry. */
  public static final int CONCURRENT_MAP = 200;

  private static final int STRING = 40;
  private static final int LATIN_1 = 0xFF;

  private HeapBytes() {}

  /** A string that nobody else keeps. */
  public static int string(String text) {
    return string(text, 0, text.length());
  }

  /** The same for a part of a text. */
  public static int string(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (text.charAt(i) > LATIN_1) {
        return rounded(STRING + 2 * (to - from));
      }
    }
    return rounded(STRING + to - from);
  }

  /** An array of references, or of anything else of four bytes each. */
  public static int references(int length) {
    return rounded(16 + 4 * length);
  }

  private static int rounded(int bytes) {
    return bytes + 7 & ~7;
  }
}
