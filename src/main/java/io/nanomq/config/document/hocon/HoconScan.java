package io.nanomq.config.document.hocon;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigUtil;
import io.nanomq.config.setting.ConfException;
import io.nanomq.config.setting.ConfProblem;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/**
 * One pass over a HOCON text that sees keys, sections and substitutions, to count them. What is
 * wrong with the text is left to the parser: it only has to get there.
 */
final class HoconScan {
  /** Characters that end a text without quotes, beside white space. */
  private static final String SIGNS = "$\"{}[]:=,+#`^?!@*&\\";

  /** Sections that say who gets in, to MQTT or to the API. */
  private static final Set<String> LOCKS = Set.of("auth", "http_server", "listeners");

  private final String name;
  private final String text;
  private final HoconBounds bounds;
  private final StringBuilder path = new StringBuilder();
  private final Deque<Frame> open = new ArrayDeque<>();
  private final List<Include> includes = new ArrayList<>();
  private Frame frame = new Frame(false, 0, 0);
  private int at;
  private int line = 1;
  private int elements;

  /**
   * An include of a file.
   *
   * @param line where it stands, from 1; 0 where unknown
   * @param isLock whether that is in a section which says who gets in
   */
  record Include(int line, boolean isLock) {}

  /** What is open: a section or a list. */
  private static final class Frame {
    final boolean isList;
    // Length of the path outside, and inside.
    final int outer;
    final int base;
    int keyStart = -1;
    boolean inValue;
    boolean hasValue;
    // Whether a section or list has just ended: what follows at once is merged with it.
    boolean mayMerge;
    // Values that stand side by side: the parser makes them one, and copies what it has each time.
    int pieces;

    Frame(boolean isList, int outer, int base) {
      this.isList = isList;
      this.outer = outer;
      this.base = base;
    }

    boolean isKey() {
      return !isList && !inValue;
    }
  }

  HoconScan(String name, String text, HoconBounds bounds) {
    this.name = name;
    this.text = text;
    this.bounds = bounds;
  }

  /**
   * @return the includes, in the order in which the parser comes to them
   */
  List<Include> run() throws ConfException {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\n') {
        lineEnd();
      } else if (isSpace(c)) {
        at++;
      } else if (c == '#' || text.startsWith("//", at)) {
        at = end('\n');
      } else if (c == '"') {
        quoted();
      } else if (text.startsWith("${", at)) {
        substitution();
      } else {
        sign(c);
      }
    }
    return includes;
  }

  /** An error at the present line. */
  ConfException problem(String reason, String expected) {
    return new ConfException(ConfProblem.in(name, line, 0, reason, expected));
  }

  private void sign(char c) throws ConfException {
    switch (c) {
      case '{' -> open(false);
      case '[' -> open(true);
      case '}', ']' -> close();
      case ',' -> endOfElement();
      case '=', ':' -> separator(false);
      case '+' -> {
        if (text.startsWith("+=", at)) {
          at++;
          separator(true);
        } else {
          unquoted();
        }
      }
      default -> unquoted();
    }
  }

  private void lineEnd() throws ConfException {
    bounds.line(this);
    line++;
    at++;
    boolean isInclude = frame.keyStart >= 0 && text.startsWith("include", frame.keyStart);
    if (frame.isList || frame.hasValue || frame.isKey() && isInclude) {
      nextElement();
    }
  }

  private void endOfElement() throws ConfException {
    bounds.token(this);
    at++;
    nextElement();
  }

  private void nextElement() {
    frame.inValue = false;
    frame.hasValue = false;
    frame.mayMerge = false;
    frame.pieces = 0;
    frame.keyStart = -1;
    path.setLength(frame.base);
  }

  private void separator(boolean appends) throws ConfException {
    bounds.token(this);
    if (appends) {
      bounds.substitution(this);
    }
    if (frame.isKey()) {
      key(appends ? at - 1 : at);
      frame.inValue = true;
    }
    at++;
  }

  private void open(boolean isList) throws ConfException {
    bounds.token(this);
    if (!isList) {
      bounds.section(this);
    }
    if (frame.mayMerge) {
      bounds.merge(this);
    }
    if (frame.isKey() && frame.keyStart >= 0) {
      key(at);
      frame.inValue = true;
    }
    int outer = path.length();
    if (frame.isList) {
      // Elements are not merged with each other.
      path.append(++elements).append('#').append(HoconGrowth.END);
    }
    open.push(frame);
    bounds.nesting(this, open.size());
    frame = new Frame(isList, outer, path.length());
    at++;
  }

  private void close() throws ConfException {
    bounds.token(this);
    at++;
    if (!open.isEmpty()) {
      path.setLength(frame.outer);
      frame = open.pop();
      frame.hasValue = true;
      frame.mayMerge = true;
      bounds.pieces(this, ++frame.pieces);
    }
  }

  private void key(int end) throws ConfException {
    int start = Math.max(0, frame.keyStart);
    if (end - start > HoconBounds.MAX_KEY_LENGTH) {
      throw problem(
          "has a key of " + (end - start) + " characters",
          "at most " + HoconBounds.MAX_KEY_LENGTH + " characters");
    }
    path.setLength(frame.base);
    int count = append(path, text.substring(start, end).strip());
    frame.keyStart = -1;
    frame.hasValue = false;
    frame.mayMerge = false;
    bounds.nesting(this, open.size() + count);
    bounds.key(this, path.toString(), count);
  }

  /**
   * Appends the elements of a path expression; nothing where it is none, so that it stands for all
   * that is around it.
   *
   * @return how many
   */
  private static int append(StringBuilder to, String expression) {
    List<String> parts;
    try {
      parts =
          expression.matches("[\\w-]+(\\.[\\w-]+)*")
              ? List.of(expression.split("\\."))
              : ConfigUtil.splitPath(expression);
    } catch (ConfigException e) {
      return 1;
    }
    parts.forEach(part -> to.append(part).append(HoconGrowth.END));
    return parts.size();
  }

  private void substitution() throws ConfException {
    bounds.token(this);
    bounds.substitution(this);
    int start = at + (text.startsWith("${?", at) ? 3 : 2);
    int end = start;
    boolean isQuoted = false;
    while (end < text.length() && (isQuoted || text.charAt(end) != '}')) {
      char c = text.charAt(end);
      isQuoted ^= c == '"' && text.charAt(end - 1) != '\\';
      if (c == '\n' || end - start > HoconBounds.MAX_KEY_LENGTH) {
        throw problem("has a substitution that does not end", "${name}");
      }
      end++;
    }
    StringBuilder target = new StringBuilder();
    append(target, text.substring(start, end));
    var place = new HoconPlaces.Place(name, line);
    bounds.growth().reference(path.toString(), target.toString(), place);
    frame.hasValue = frame.inValue;
    at = Math.min(text.length(), end + 1);
  }

  private void quoted() throws ConfException {
    int start = at;
    if (text.startsWith("\"\"\"", at)) {
      int end = text.indexOf("\"\"\"", at + 3);
      at = end < 0 ? text.length() : end + 3;
      line += (int) text.substring(start, at).chars().filter(c -> c == '\n').count();
    } else {
      at++;
      while (at < text.length() && text.charAt(at) != '"' && text.charAt(at) != '\n') {
        at += text.charAt(at) == '\\' ? 2 : 1;
      }
      at = Math.min(text.length(), at < text.length() && text.charAt(at) == '\n' ? at : at + 1);
    }
    value(start);
  }

  private void unquoted() throws ConfException {
    int start = at++;
    while (at < text.length()
        && !isSpace(text.charAt(at))
        && SIGNS.indexOf(text.charAt(at)) < 0
        && !text.startsWith("//", at)) {
      at++;
    }
    if (frame.isKey() && frame.keyStart < 0 && text.substring(start, at).equals("include")) {
      int end = path.indexOf(String.valueOf(HoconGrowth.END));
      boolean isLock = end > 0 && end < frame.base && LOCKS.contains(path.substring(0, end));
      includes.add(new Include(line, isLock));
    }
    value(start);
  }

  private void value(int start) throws ConfException {
    bounds.token(this);
    if (frame.isKey()) {
      frame.keyStart = frame.keyStart < 0 ? start : frame.keyStart;
      return;
    }
    frame.hasValue = frame.inValue;
    frame.mayMerge = false;
    bounds.pieces(this, ++frame.pieces);
    bounds.growth().value(path.toString(), at - start);
  }

  private int end(char c) {
    int end = text.indexOf(c, at);
    return end < 0 ? text.length() : end;
  }

  private static boolean isSpace(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\uFEFF';
  }
}
