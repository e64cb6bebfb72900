package io.nanomq.config.document;

import io.nanomq.config.key.JsonString;
import java.util.regex.Pattern;

/**
 * One line of a key=value document.
 *
 * @param text the line as it stands, its line end included
 * @param key the key without blanks; empty for comments, blank lines and what is no key=value
 * @param value the value without blanks, quotes resolved
 * @param keyColumn column of the key from 1
 * @param valueColumn column of the value from 1
 */
public record KeyValueLine(String text, String key, String value, int keyColumn, int valueColumn) {

  private static final Pattern BLANKS = Pattern.compile("[ \\t\\r\\n]+");

  /** Values of keys that end like this have blanks that count. */
  private static final String QUERY = ".sql";

  static KeyValueLine parse(String text) {
    int equals = text.indexOf('=');
    int start = text.startsWith("\uFEFF") ? 1 : 0;
    int first = firstVisible(text, start);
    first = first < text.length() && isLineEnd(text.charAt(first)) ? text.length() : first;
    if (equals < 0 || first == text.length() || text.charAt(first) == '#') {
      return new KeyValueLine(text, "", "", first + 1, first + 1);
    }
    String key = withoutBlanks(text.substring(start, equals).replace("\uFEFF", ""));
    int valueAt = firstVisible(text, equals + 1);
    String raw = text.substring(valueAt).strip();
    return new KeyValueLine(text, key, value(key, raw), first + 1 - start, valueAt + 1);
  }

  /** Nothing to read: empty or a comment. */
  boolean isComment() {
    if (!key.isEmpty()) {
      return false;
    }
    String visible = (text.startsWith("\uFEFF") ? text.substring(1) : text).strip();
    return visible.isEmpty() || visible.startsWith("#");
  }

  /** The line with another value; what stood around the old value stays. */
  KeyValueLine withValue(String written) {
    int end = text.length();
    while (end > valueColumn - 1 && Character.isWhitespace(text.charAt(end - 1))) {
      end--;
    }
    return parse(text.substring(0, valueColumn - 1) + written + text.substring(end));
  }

  private static String value(String key, String raw) {
    boolean isQuoted = raw.length() >= 2 && raw.startsWith("\"") && raw.endsWith("\"");
    if (isQuoted) {
      String unquoted = JsonString.unquote(raw);
      if (unquoted != null) {
        return unquoted;
      }
    }
    if (key.endsWith(QUERY)) {
      // Quotes inside are not escaped, as NanoMQ's own files have it.
      return isQuoted ? raw.substring(1, raw.length() - 1) : raw;
    }
    return withoutBlanks(raw);
  }

  /** Blanks between are dropped too, as NanoMQ does. */
  private static String withoutBlanks(String text) {
    return BLANKS.matcher(text).replaceAll("");
  }

  private static boolean isLineEnd(char c) {
    return c == '\n' || c == '\r';
  }

  private static int firstVisible(String text, int from) {
    int at = from;
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      // An empty value ends before the line end, so that a new one is put on this line.
      if (isLineEnd(text.charAt(at))) {
        return at;
      }
      at++;
    }
    return at;
  }
}
