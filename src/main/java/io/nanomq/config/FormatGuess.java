package io.nanomq.config;

import io.nanomq.config.key.ConfType;
import io.nanomq.config.key.KeyTable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Tells the two formats apart by what is known of them: a line speaks for a format that has the
 * name on it, for HOCON within the sections that are open there. What no table knows, such as a
 * stray bracket or a comment of another language, speaks for neither.
 */
final class FormatGuess {
  /** Lines that are looked up: what so many do not tell, more would not either. */
  private static final int LINES = 1_000;

  /** Longer names and deeper sections are in no table. */
  private static final int MAX_NAME = 200;

  private static final int MAX_DEPTH = 16;

  private final Deque<List<String>> open = new ArrayDeque<>();
  private int hocon;
  private int keyValue;

  private FormatGuess() {}

  /** Above 0 for HOCON, below for key=value, 0 where what is known does not tell. */
  static int weigh(String text) {
    FormatGuess guess = new FormatGuess();
    text.lines()
        .map(FormatGuess::visible)
        .filter(line -> !line.isEmpty())
        .limit(LINES)
        .forEach(guess::line);
    return Integer.compare(guess.hocon, guess.keyValue);
  }

  private static String visible(String line) {
    String visible = (line.startsWith("\uFEFF") ? line.substring(1) : line).strip();
    return visible.startsWith("#") ? "" : visible;
  }

  private void line(String line) {
    int end = nameEnd(line);
    String name = end > MAX_NAME ? "" : line.substring(0, end).replace("\"", "");
    String rest = line.substring(end).strip();
    boolean isSet = rest.startsWith("=") || rest.startsWith(":");
    boolean isOpened = (isSet ? rest.substring(1).strip() : rest).startsWith("{");
    List<String> path = new ArrayList<>(open.isEmpty() ? List.of() : open.peek());
    if (!name.isEmpty()) {
      path.addAll(List.of(name.split("\\.", -1)));
    }
    boolean isInclude = name.equals("include") && rest.startsWith("\"");
    boolean isKey = rest.startsWith("=") && KeyTable.get().matchKeyValue(name).isPresent();
    boolean isText = isKey && isOpened && isSingle(name);
    hocon += isInclude || !isText && (isSet || isOpened) && isKnown(path, isOpened) ? 1 : 0;
    keyValue += isKey ? 1 : 0;
    nest(line, path);
  }

  /**
   * Whether it is a key of key=value files that has one value: what looks like a section is text.
   */
  static boolean isSingle(String name) {
    return KeyTable.get()
        .matchKeyValue(name)
        .map(match -> match.key().type())
        .filter(type -> !(type instanceof ConfType.TextList))
        .filter(type -> type != ConfType.SECTION && type != ConfType.RULE)
        .isPresent();
  }

  private static boolean isKnown(List<String> path, boolean isOpened) {
    return !path.isEmpty()
        && (KeyTable.get().matchHocon(path).isPresent()
            || isOpened && KeyTable.get().hocon().isSection(path));
  }

  /** Where letters, digits and what else the names of both formats are made of end. */
  private static int nameEnd(String line) {
    int at = 0;
    while (at < line.length()
        && (Character.isLetterOrDigit(line.charAt(at)) || "_.-\"".indexOf(line.charAt(at)) >= 0)) {
      at++;
    }
    return at;
  }

  private void nest(String line, List<String> path) {
    boolean isQuoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      isQuoted ^= c == '"' && (i == 0 || line.charAt(i - 1) != '\\');
      if (isQuoted) {
        continue;
      }
      if ((c == '{' || c == '[') && open.size() < MAX_DEPTH) {
        open.push(path);
      } else if (c == '}' || c == ']') {
        open.poll();
      }
    }
  }
}
