package io.nanomq.config.key;

import java.util.Collection;
import java.util.Locale;

/** Finds the name that a mistyped one most likely meant. */
public final class Nearest {
  private Nearest() {}

  /** Empty where nothing is near enough to be more help than noise. */
  public static String of(String wrong, Collection<String> known) {
    String best = "";
    int bestDistance = Math.max(2, wrong.length() / 3) + 1;
    for (String candidate : known) {
      if (Math.abs(candidate.length() - wrong.length()) < bestDistance) {
        int distance = distance(lower(wrong), lower(candidate));
        if (distance < bestDistance || distance == bestDistance && candidate.compareTo(best) < 0) {
          best = candidate;
          bestDistance = distance;
        }
      }
    }
    return best;
  }

  private static String lower(String text) {
    // Bounds the work that a name of a megabyte would make.
    return text.substring(0, Math.min(text.length(), 200)).toLowerCase(Locale.ROOT);
  }

  /** Levenshtein: single characters added, removed or replaced. */
  static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(previous[j], row[j - 1]) + 1);
      }
      previous = row;
    }
    return previous[b.length()];
  }
}
