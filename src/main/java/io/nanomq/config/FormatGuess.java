package io.nanomq.config;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Tells the two formats apart. A line that only HOCON can have decides: a section that opens or
 * closes, a list in brackets, an include. Where every line is {@code name = value}, the names
 * decide; what both formats would read alike is taken as key=value.
 */
final class FormatGuess {
  private static final Pattern STRUCTURE =
      Pattern.compile("include\\s.*|[{}\\[\\]\"].*|//.*|[A-Za-z0-9_.\\-\"]+\\s*[{:].*");

  /** Settings whose names are looked up: what so many do not tell, more would not either. */
  private static final int NAMES = 1_000;

  private FormatGuess() {}

  static boolean isHocon(String text) {
    int hocon = 0;
    int keyValue = 0;
    int names = 0;
    for (String raw : text.lines().toList()) {
      String line = raw.strip();
      if (line.isEmpty() || line.startsWith("#") || line.startsWith("\uFEFF#")) {
        continue;
      }
      int nameEnd = nameEnd(line);
      int equals = firstVisible(line, nameEnd);
      boolean isSetting = nameEnd > 0 && equals < line.length() && line.charAt(equals) == '=';
      if (!isSetting) {
        if (STRUCTURE.matcher(line).matches()) {
          return true;
        }
        continue;
      }
      String name = line.substring(0, nameEnd);
      if (isOfHocon(name, line, firstVisible(line, equals + 1))) {
        return true;
      }
      if (++names > NAMES) {
        continue;
      }
      Optional<KeyMatch> known = KeyTable.get().matchKeyValue(name);
      boolean inHocon = KeyTable.get().matchHocon(List.of(name.split("\\.", -1))).isPresent();
      hocon += inHocon && known.isEmpty() ? 1 : 0;
      keyValue += known.isPresent() && !inHocon ? 1 : 0;
    }
    return hocon > keyValue;
  }

  /** Where letters, digits and what else the names of both formats are made of end. */
  private static int nameEnd(String line) {
    int at = 0;
    while (at < line.length() && isOfName(line.charAt(at))) {
      at++;
    }
    return at;
  }

  private static boolean isOfName(char c) {
    boolean isLetter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    return isLetter || c >= '0' && c <= '9' || c == '_' || c == '.' || c == '-';
  }

  private static int firstVisible(String line, int from) {
    int at = from;
    while (at < line.length() && Character.isWhitespace(line.charAt(at))) {
      at++;
    }
    return at;
  }

  /** A value in braces or brackets, where key=value would not have one: its rules are JSON. */
  private static boolean isOfHocon(String name, String line, int at) {
    boolean isList = line.startsWith("[", at);
    if (!isList && !line.startsWith("{", at)) {
      return false;
    }
    return KeyTable.get()
        .matchKeyValue(name)
        .map(known -> known.key().type() instanceof ConfType.TextList && isList)
        .orElse(!name.startsWith("web.hook."));
  }
}
