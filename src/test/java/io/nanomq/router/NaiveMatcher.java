package io.nanomq.router;

import java.util.List;
import java.util.Random;

/** MQTT 5.0 section 4.7 word by word, for the tests of whoever does it fast. */
public final class NaiveMatcher {
  private static final List<String> LEVELS = List.of("a", "b", "", "c", "$x", "aa");

  private NaiveMatcher() {}

  /** Whether a legal filter matches a legal topic name. */
  public static boolean matches(String filter, String topic) {
    boolean startsWild = filter.startsWith("+") || filter.startsWith("#");
    if (topic.startsWith("$") && startsWild) {
      return false;
    }
    return matches(List.of(filter.split("/", -1)), List.of(topic.split("/", -1)));
  }

  private static boolean matches(List<String> filter, List<String> topic) {
    if (filter.isEmpty()) {
      return topic.isEmpty();
    }
    if (filter.get(0).equals("#")) {
      return true;
    }
    if (topic.isEmpty()) {
      return false;
    }
    boolean first = filter.get(0).equals("+") || filter.get(0).equals(topic.get(0));
    return first && matches(tail(filter), tail(topic));
  }

  private static List<String> tail(List<String> levels) {
    return levels.subList(1, levels.size());
  }

  /** A topic of few different levels, so that filters meet it. */
  public static String randomTopic(Random random) {
    StringBuilder topic = new StringBuilder(random.nextInt(6) == 0 ? "$x" : level(random));
    for (int i = random.nextInt(4); i > 0; i--) {
      topic.append('/').append(level(random));
    }
    return topic.isEmpty() ? "/" : topic.toString();
  }

  /** A legal filter over the same levels. */
  public static String randomFilter(Random random) {
    StringBuilder filter = new StringBuilder(random.nextInt(3) == 0 ? "+" : level(random));
    for (int i = random.nextInt(4); i > 0; i--) {
      filter.append('/').append(random.nextInt(3) == 0 ? "+" : level(random));
    }
    if (random.nextInt(3) == 0) {
      return random.nextInt(4) == 0 ? "#" : filter.append("/#").toString();
    }
    return filter.isEmpty() ? "/" : filter.toString();
  }

  private static String level(Random random) {
    return LEVELS.get(random.nextInt(LEVELS.size()));
  }
}
