package io.nanomq.rule.query;

import org.jspecify.annotations.Nullable;

/**
 * Finds a text in others, in a time that grows with their lengths (Knuth, Morris and Pratt): Java's
 * own way takes the product of both where a stranger has chosen them. Used by one thread at a time.
 */
final class TextSearch {
  /** What is this short Java finds as fast. */
  private static final int SHORT = 32;

  private final String part;
  private int @Nullable [] borders;

  /**
   * @param part not empty
   */
  TextSearch(String part) {
    this.part = part;
  }

  /** Where it begins in a text, at or behind that place; -1 = nowhere. */
  int next(String text, int from) {
    if (part.length() <= SHORT || text.length() - from < part.length()) {
      return text.indexOf(part, from);
    }
    int[] known = borders();
    int same = 0;
    for (int at = from; at < text.length(); at++) {
      same = longer(known, same, text.charAt(at));
      if (same == part.length()) {
        return at + 1 - same;
      }
    }
    return -1;
  }

  /** For each beginning of the part, how much of its end is a shorter beginning, too. */
  private int[] borders() {
    int[] known = borders;
    if (known == null) {
      known = new int[part.length()];
      for (int i = 1; i < known.length; i++) {
        known[i] = longer(known, known[i - 1], part.charAt(i));
      }
      borders = known;
    }
    return known;
  }

  private int longer(int[] known, int before, char c) {
    int same = before;
    while (same > 0 && part.charAt(same) != c) {
      same = known[same - 1];
    }
    return part.charAt(same) == c ? same + 1 : same;
  }
}
