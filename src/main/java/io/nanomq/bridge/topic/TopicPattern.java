package io.nanomq.bridge.topic;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** A topic filter as a pattern: what its wildcards stand for in a topic. Immutable. */
final class TopicPattern {
  private final String[] levels;

  /**
   * @param filter legal, without share prefix
   */
  TopicPattern(String filter) {
    levels = filter.split("/", -1);
  }

  /** What stands for the wildcards of a topic, in order; the last is null where # is nothing. */
  record Captures(List<String> levels, @Nullable String rest) {}

  /** Null = it does not match [MQTT-4.7.1-2] [MQTT-4.7.2-1]. */
  @Nullable Captures match(String topic) {
    if (topic.startsWith("$") && !levels[0].startsWith("$")) {
      return null;
    }
    List<String> found = new ArrayList<>();
    int at = 0;
    for (int i = 0; i < levels.length; i++) {
      if (levels[i].equals("#")) {
        return new Captures(found, at > topic.length() ? null : topic.substring(at));
      }
      if (at > topic.length()) {
        return null;
      }
      int slash = topic.indexOf('/', at);
      int end = slash < 0 ? topic.length() : slash;
      String level = topic.substring(at, end);
      if (levels[i].equals("+")) {
        found.add(level);
      } else if (!levels[i].equals(level)) {
        return null;
      }
      at = end + 1;
    }
    return at > topic.length() ? new Captures(found, null) : null;
  }

  /**
   * The single-level wildcards in front of the levels that another one has in common with this one.
   * NanoMQ asks for a part of the filter where a topic has wildcards: it is that part of the topic.
   *
   * @return 0 where it is no part, too
   */
  int wildcardsBefore(TopicPattern part) {
    List<String> all = Arrays.asList(levels);
    int at = Collections.indexOfSubList(all, Arrays.asList(part.levels));
    return at < 0 ? 0 : Collections.frequency(all.subList(0, at), "+");
  }

  /**
   * This filter with its wildcards filled in; what is missing is left out with its slash.
   *
   * @param skip captures in front of the first one that is used
   */
  String fill(Captures captures, int skip) {
    StringJoiner out = new StringJoiner("/");
    int next = skip;
    for (String each : levels) {
      String level = each;
      if (level.equals("#")) {
        level = captures.rest();
      } else if (level.equals("+")) {
        level = next < captures.levels().size() ? captures.levels().get(next++) : null;
      }
      if (level != null) {
        out.add(level);
      }
    }
    return out.toString();
  }
}
