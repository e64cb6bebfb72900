package io.nanomq.config.document.hocon;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The sections of a list as they stand in the text, so that one can change while comments and
 * layout of the others stay.
 */
final class HoconElements {
  private final List<Range> ranges = new ArrayList<>();
  private String text;

  private record Range(int start, int end) {}

  private HoconElements(String text) {
    this.text = text;
  }

  /**
   * @param text from bracket to bracket
   * @param count how many elements the parser has found
   * @return null where the text is made of anything but that many sections
   */
  static @Nullable HoconElements of(String text, int count) {
    HoconElements elements = new HoconElements(text);
    return elements.find() && elements.ranges.size() == count ? elements : null;
  }

  private boolean find() {
    boolean isSeparated = true;
    int at = text.startsWith("[") ? 1 : text.length();
    while (at < text.length() - 1) {
      char c = text.charAt(at);
      int skipped = skipComment(at);
      if (skipped > at) {
        at = skipped;
      } else if (c == ',' || Character.isWhitespace(c)) {
        isSeparated |= c == ',' || c == '\n';
        at++;
      } else if (c == '{' && isSeparated) {
        int end = endOfSection(at);
        ranges.add(new Range(at, end));
        isSeparated = false;
        at = end;
      } else {
        return false;
      }
    }
    return at == text.length() - 1 && text.endsWith("]");
  }

  private int endOfSection(int from) {
    int open = 0;
    int at = from;
    while (at < text.length()) {
      char c = text.charAt(at);
      int skipped = Math.max(skipComment(at), skipQuoted(at));
      if (skipped > at) {
        at = skipped;
        continue;
      }
      open += c == '{' || c == '[' ? 1 : 0;
      open -= c == '}' || c == ']' ? 1 : 0;
      at++;
      if (open == 0) {
        return at;
      }
    }
    return at;
  }

  private int skipComment(int at) {
    if (text.charAt(at) != '#' && !text.startsWith("//", at)) {
      return at;
    }
    int end = text.indexOf('\n', at);
    return end < 0 ? text.length() : end;
  }

  private int skipQuoted(int at) {
    if (text.charAt(at) != '"') {
      return at;
    }
    if (text.startsWith("\"\"\"", at)) {
      int end = text.indexOf("\"\"\"", at + 3);
      while (end >= 0 && text.startsWith("\"", end + 3)) {
        end++; // quotes before the last three belong to the value
      }
      return end < 0 ? text.length() : end + 3;
    }
    int end = at + 1;
    while (end < text.length() && text.charAt(end) != '"') {
      end += text.charAt(end) == '\\' ? 2 : 1;
    }
    return Math.min(end + 1, text.length());
  }

  /** Changes an element; those before it keep their places, so the last one comes first. */
  void change(int index, UnaryOperator<String> change) {
    Range range = ranges.get(index);
    splice(range.start(), range.end(), change.apply(text.substring(range.start(), range.end())));
  }

  /** Takes an element out, with the comma behind it or else the one before it. */
  void remove(int index) {
    Range range = ranges.get(index);
    int start = range.start();
    int end = range.end();
    int next = skipBlanks(end);
    if (text.charAt(next) == ',') {
      end = skipBlanks(next + 1);
    } else {
      int before = start;
      while (isBlank(text.charAt(before - 1))) {
        before--;
      }
      start = text.charAt(before - 1) == ',' ? before - 1 : start;
    }
    String old = text;
    splice(start, end, "");
    text = HoconLines.withoutBlankLeft(old, text);
  }

  /** Adds an element behind the last one, on a line of its own where the others have one. */
  void append(String section) {
    int close = text.length() - 1;
    if (ranges.isEmpty()) {
      splice(close, close, section);
      return;
    }
    Range last = ranges.get(ranges.size() - 1);
    int comma = skipBlanks(last.end());
    boolean hasComma = text.charAt(comma) == ',';
    int lineStart = text.lastIndexOf('\n', last.start()) + 1;
    if (lineStart == 0) {
      String rest = text.substring(hasComma ? comma + 1 : last.end());
      text = text.substring(0, last.end()) + ", " + section + rest;
      return;
    }
    String indentation = text.substring(lineStart, skipBlanks(lineStart));
    int closeLine = text.lastIndexOf('\n', close) + 1;
    boolean isCloseAlone = text.substring(closeLine, close).isBlank();
    int at = isCloseAlone ? closeLine : close;
    splice(at, at, isCloseAlone ? indentation + section + "\n" : "\n" + indentation + section);
    if (!hasComma) {
      splice(last.end(), last.end(), ",");
    }
  }

  private int skipBlanks(int from) {
    int at = from;
    while (isBlank(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  private void splice(int start, int end, String replacement) {
    text = text.substring(0, start) + replacement + text.substring(end);
  }

  String text() {
    return text;
  }
}
