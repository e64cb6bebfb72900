package io.nanomq.rule.query;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a query can have worked out. Names are those that rules of other brokers have. A value of
 * the wrong kind, and null, makes null, but for {@link #COALESCE} and {@link #CONCAT}.
 */
enum Function {
  ABS(1, 1),
  CEIL(1, 1),
  FLOOR(1, 1),
  ROUND(1, 1),
  SQRT(1, 1),
  POWER(2, 2),
  LOWER(1, 1),
  UPPER(1, 1),
  TRIM(1, 1),
  LENGTH(1, 1),
  SUBSTR(2, 3),
  REPLACE(3, 3),
  CONCAT(1, Query.MAX_NODES),
  CONTAINS(2, 2),
  STARTS_WITH(2, 2),
  ENDS_WITH(2, 2),
  NTH_LEVEL(2, 2),
  STR(1, 1),
  INT(1, 1),
  FLOAT(1, 1),
  COALESCE(1, Query.MAX_NODES),
  JSON_DECODE(1, 1),
  JSON_ENCODE(1, 1);

  /** Characters of a text that a function makes. */
  static final int MAX_TEXT = Json.MAX_BYTES;

  private final int least;
  private final int most;

  Function(int least, int most) {
    this.least = least;
    this.most = most;
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  boolean takes(int arguments) {
    return arguments >= least && arguments <= most;
  }

  /** In any case; null = there is none. */
  static @Nullable Function of(String name) {
    for (Function function : values()) {
      if (function.name().equalsIgnoreCase(name)) {
        return function;
      }
    }
    return null;
  }

  /**
   * @param a as many as it takes
   * @throws EvaluationException where the result is larger than one may be
   */
  @Nullable Object apply(@Nullable Object[] a) throws EvaluationException {
    return switch (this) {
      case ABS, CEIL, FLOOR, ROUND, SQRT, POWER -> number(a);
      case LOWER, UPPER, TRIM, LENGTH, SUBSTR, REPLACE -> text(a);
      case CONTAINS, STARTS_WITH, ENDS_WITH -> test(a);
      case CONCAT -> concat(a);
      case NTH_LEVEL -> level(a);
      case STR, JSON_ENCODE -> string(a[0]);
      case INT -> Scalars.toLong(a[0]);
      case FLOAT -> floating(a[0]);
      case COALESCE -> first(a);
      case JSON_DECODE -> decode(a[0]);
    };
  }

  private @Nullable Object number(@Nullable Object[] a) {
    Number n = Scalars.number(a[0]);
    if (n == null) {
      return null;
    }
    if (n instanceof Long whole && this != SQRT && this != POWER) {
      return this != ABS || whole >= 0 ? whole : Scalars.negate(whole);
    }
    double d = n.doubleValue();
    return switch (this) {
      case ABS -> Scalars.finite(Math.abs(d));
      case CEIL -> whole(Math.ceil(d));
      case FLOOR -> whole(Math.floor(d));
      case ROUND -> whole(Math.floor(Math.abs(d) + 0.5) * Math.signum(d));
      case SQRT -> Scalars.finite(Math.sqrt(d));
      default -> power(d, Scalars.number(a[1]));
    };
  }

  private static @Nullable Object power(double base, @Nullable Number exponent) {
    return exponent == null ? null : Scalars.finite(Math.pow(base, exponent.doubleValue()));
  }

  private static @Nullable Object whole(double value) {
    Long whole = Scalars.toLong(value);
    return whole == null ? (Object) Scalars.finite(value) : whole;
  }

  private static @Nullable Double floating(@Nullable Object value) {
    Number number = Scalars.number(value);
    return number == null ? null : (Double) number.doubleValue();
  }

  private @Nullable Object text(@Nullable Object[] a) throws EvaluationException {
    if (this == LENGTH && a[0] instanceof JsonNode node) {
      return (long) node.size();
    }
    if (!(a[0] instanceof String text)) {
      return null;
    }
    return switch (this) {
      case LOWER -> bounded(text.toLowerCase(Locale.ROOT));
      case UPPER -> bounded(text.toUpperCase(Locale.ROOT));
      case TRIM -> text.strip();
      case LENGTH -> (long) text.codePointCount(0, text.length());
      case SUBSTR -> substring(text, a);
      default -> replace(text, a);
    };
  }

  /** From a character, the first one is 0, and so many at most; characters are never cut. */
  private static @Nullable Object substring(String text, @Nullable Object[] a) {
    Long from = Scalars.toLong(a[1]);
    Long count = a.length > 2 ? Scalars.toLong(a[2]) : (Long) Long.MAX_VALUE;
    if (from == null || count == null || from < 0 || count < 0) {
      return null;
    }
    int length = text.codePointCount(0, text.length());
    int start = (int) Math.min(from, length);
    int end = (int) Math.min(count, length - start) + start;
    return text.substring(text.offsetByCodePoints(0, start), text.offsetByCodePoints(0, end));
  }

  private static @Nullable Object replace(String text, @Nullable Object[] a)
      throws EvaluationException {
    if (!(a[1] instanceof String from) || !(a[2] instanceof String to) || from.isEmpty()) {
      return null;
    }
    StringBuilder result = new StringBuilder();
    TextSearch search = new TextSearch(from);
    int start = 0;
    for (int at = search.next(text, 0); at >= 0; at = search.next(text, start)) {
      append(result, text.substring(start, at));
      append(result, to);
      start = at + from.length();
    }
    return append(result, text.substring(start)).toString();
  }

  private static StringBuilder append(StringBuilder to, String more) throws EvaluationException {
    if (to.length() + more.length() > MAX_TEXT) {
      throw tooLong();
    }
    return to.append(more);
  }

  private static EvaluationException tooLong() {
    return new EvaluationException("a text of more than " + MAX_TEXT + " characters");
  }

  private static String bounded(String text) throws EvaluationException {
    if (text.length() > MAX_TEXT) {
      throw tooLong();
    }
    return text;
  }

  private @Nullable Object test(@Nullable Object[] a) {
    if (!(a[0] instanceof String text) || !(a[1] instanceof String part)) {
      return null;
    }
    return switch (this) {
      case CONTAINS -> part.isEmpty() || new TextSearch(part).next(text, 0) >= 0;
      case STARTS_WITH -> text.startsWith(part);
      default -> text.endsWith(part);
    };
  }

  private static Object concat(@Nullable Object[] a) throws EvaluationException {
    StringBuilder result = new StringBuilder();
    for (Object part : a) {
      append(result, part == null ? "" : String.valueOf(string(part)));
    }
    return result.toString();
  }

  /** Level N of a topic, the first one is 1. */
  private static @Nullable Object level(@Nullable Object[] a) {
    Long wanted = Scalars.toLong(a[1]);
    if (!(a[0] instanceof String topic) || wanted == null || wanted < 1) {
      return null;
    }
    String[] levels = topic.split("/", -1);
    return wanted > levels.length ? null : levels[wanted.intValue() - 1];
  }

  static @Nullable Object string(@Nullable Object value) throws EvaluationException {
    if (value instanceof JsonNode node) {
      return bounded(node.toString());
    }
    return value == null ? null : value.toString();
  }

  private static @Nullable Object first(@Nullable Object[] a) {
    for (Object value : a) {
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  private static @Nullable Object decode(@Nullable Object value) {
    return value instanceof String text
        ? Scalars.of(Json.parse(text.getBytes(StandardCharsets.UTF_8)))
        : null;
  }
}
