package io.nanomq.config.key;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The parts of a pattern such as {@code auth.<n>.login}. Each pattern is taken apart once: a
 * document may have tens of thousands of settings, and the table has a few hundred patterns.
 *
 * @param parts what stood between the dots
 * @param placeholders how many of them stand for something else
 */
record KeyPattern(List<String> parts, int placeholders) {
  private static final Map<String, KeyPattern> PATTERNS = new ConcurrentHashMap<>();

  KeyPattern {
    parts = List.copyOf(parts);
  }

  /**
   * @param pattern one of the table's, since it is kept for good
   */
  static KeyPattern of(String pattern) {
    return PATTERNS.computeIfAbsent(pattern, KeyPattern::parse);
  }

  private static KeyPattern parse(String pattern) {
    List<String> parts = List.of(pattern.split("\\."));
    return new KeyPattern(parts, (int) parts.stream().filter(KeyPattern::isPlaceholder).count());
  }

  static boolean isPlaceholder(String part) {
    return part.startsWith("<");
  }
}
