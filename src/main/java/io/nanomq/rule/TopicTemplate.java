package io.nanomq.rule;

import io.nanomq.codec.TopicRules;
import io.nanomq.rule.query.EvaluationException;
import io.nanomq.rule.query.Row;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A topic in which <code>${name}</code> stands for a column of the result, or a field of the
 * message or of its payload. Values may have levels of their own, but no wildcard, and they can
 * make nothing a topic of the broker's own: what begins with $ has to begin so in the template.
 * Immutable.
 *
 * @param texts what stands around the names: one more than there are names
 */
record TopicTemplate(List<String> texts, List<String> names) {
  private static final int MAX_BYTES = 65_535;
  private static final String BEGIN = "${";

  TopicTemplate {
    texts = List.copyOf(texts);
    names = List.copyOf(names);
  }

  static TopicTemplate parse(String text) {
    List<String> texts = new ArrayList<>();
    List<String> names = new ArrayList<>();
    int start = 0;
    int end;
    for (int at = text.indexOf(BEGIN);
        at >= 0 && (end = text.indexOf('}', at)) >= 0;
        at = text.indexOf(BEGIN, start)) {
      texts.add(text.substring(start, at));
      names.add(text.substring(at + BEGIN.length(), end));
      start = end + 1;
    }
    texts.add(text.substring(start));
    return new TopicTemplate(texts, names);
  }

  /**
   * @param maxLevels levels that a topic may have
   * @throws EvaluationException where a name has no value, or what comes of it is no topic
   */
  String topic(Row row, int maxLevels) throws EvaluationException {
    StringBuilder topic = new StringBuilder(texts.get(0));
    for (int i = 0; i < names.size(); i++) {
      String value = row.text(names.get(i));
      if (value == null) {
        throw new EvaluationException("no value for " + names.get(i) + " of the topic");
      }
      topic.append(value).append(texts.get(i + 1));
    }
    String reason = mistake(topic.toString(), maxLevels, texts.get(0).isEmpty());
    if (reason != null) {
      throw new EvaluationException(reason);
    }
    return topic.toString();
  }

  private static @Nullable String mistake(String topic, int maxLevels, boolean beginsWithValue) {
    if (topic.isEmpty() || topic.length() > MAX_BYTES) {
      return "an empty topic, or one that is too long";
    } else if (TopicRules.hasWildcard(topic)) {
      return "a topic with wildcards";
    } else if (topic.startsWith("$") && beginsWithValue || TopicRules.isBrokersOwn(topic)) {
      return "a topic of the broker's own";
    } else if (TopicRules.levels(topic) > maxLevels) {
      return "a topic with too many levels";
    }
    return isText(topic) ? null : "a topic with characters that no topic may have";
  }

  /** No NUL [MQTT-1.5.4-2], no half of a character [MQTT-1.5.4-1], and not too long. */
  private static boolean isText(String topic) {
    return topic.indexOf('\0') < 0
        && StandardCharsets.UTF_8.newEncoder().canEncode(topic)
        && topic.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES;
  }
}
