package io.nanomq.api.publish;

import io.nanomq.api.json.ApiException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a JSON object with the type that they must have: 400/107 for one that is missing,
 * 400/108 for one that is wrong. A null counts as missing.
 */
final class Fields {
  private static final int MAX_TOPICS = 1000;

  private final Map<String, @Nullable Object> members;

  /**
   * @param known the names that may be there
   * @throws ApiException 400/108 for a name that may not: a misspelt option must not be passed over
   */
  Fields(Map<String, @Nullable Object> members, Set<String> known) {
    this.members = members;
    var unknown = new TreeSet<>(members.keySet());
    unknown.removeAll(known);
    if (!unknown.isEmpty()) {
      throw ApiException.badParameter("Unknown fields: " + unknown);
    }
  }

  String text(String name) {
    Object value = members.get(name);
    if (value == null) {
      throw ApiException.missing(name);
    }
    return string(name, value);
  }

  String text(String name, String otherwise) {
    Object value = members.get(name);
    return value == null ? otherwise : string(name, value);
  }

  /** One of {@code words}, the first of them where the field is not there. */
  String oneOf(String name, List<String> words) {
    String value = text(name, words.get(0));
    if (!words.contains(value)) {
      throw wrong(name);
    }
    return value;
  }

  boolean flag(String name) {
    Object value = members.get(name);
    if (value == null || value instanceof Boolean) {
      return Boolean.TRUE.equals(value);
    }
    throw wrong(name);
  }

  /** An integer from 0 to {@code max}. */
  long number(String name, long max, long otherwise) {
    Object value = members.get(name);
    if (value == null) {
      return otherwise;
    }
    boolean whole = value instanceof Integer || value instanceof Long;
    if (!whole || ((Number) value).longValue() < 0 || ((Number) value).longValue() > max) {
      throw wrong(name);
    }
    return ((Number) value).longValue();
  }

  Map<String, @Nullable Object> object(String name) {
    Object value = members.get(name);
    if (value == null) {
      return Map.of();
    }
    if (value instanceof Map<?, ?> map) {
      @SuppressWarnings("unchecked") // JSON's names are strings
      Map<String, @Nullable Object> named = (Map<String, @Nullable Object>) map;
      return named;
    }
    throw wrong(name);
  }

  /**
   * What {@code topic} and {@code topics} name; the latter is an array, or one string with commas
   * as in the reference. At most {@value #MAX_TOPICS}.
   */
  List<String> topics() {
    var topics = new ArrayList<String>();
    if (members.get("topic") != null) {
      topics.add(text("topic"));
    }
    Object several = members.get("topics");
    if (several instanceof List<?> list) {
      list.forEach(each -> topics.add(string("topics", each)));
    } else if (several != null) {
      topics.addAll(List.of(string("topics", several).split(",", -1)));
    }
    if (topics.isEmpty()) {
      throw ApiException.missing("topic");
    }
    if (topics.size() > MAX_TOPICS) {
      throw ApiException.badParameter("More than " + MAX_TOPICS + " topics");
    }
    return topics;
  }

  /** How many topics the members name, at a glance and unchecked. */
  static long topicsIn(Map<String, @Nullable Object> members) {
    Object several = members.get("topics");
    long count = members.get("topic") == null ? 0 : 1;
    if (several instanceof List<?> list) {
      return count + list.size();
    }
    return several instanceof String text
        ? count + 1 + text.chars().filter(c -> c == ',').count()
        : count;
  }

  private static String string(String name, @Nullable Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw wrong(name);
  }

  private static ApiException wrong(String name) {
    return ApiException.badParameter("The field " + name + " is wrong");
  }
}
