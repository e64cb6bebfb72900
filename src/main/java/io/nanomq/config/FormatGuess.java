package io.nanomq.config;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells the two formats apart. A line that only HOCON can have decides: a section that opens or
 * closes, a list in brackets, an include. Where every line is {@code name = value}, the names
 * decide; what both formats would read alike is taken as key=value.
 */
final class FormatGuess {
  private static final Pattern SETTING = Pattern.compile("([A-Za-z0-9_.\\-]+)\\s*=\\s*(.*)");
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
      Matcher setting = SETTING.matcher(line);
      if (!setting.matches()) {
        if (STRUCTURE.matcher(line).matches()) {
          return true;
        }
        continue;
      }
      String name = setting.group(1);
      if (isOfHocon(name, setting.group(2))) {
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

  /** A value in braces or brackets, where key=value would not have one: its rules are JSON. */
  private static boolean isOfHocon(String name, String value) {
    if (!value.startsWith("{") && !value.startsWith("[")) {
      return false;
    }
    return KeyTable.get()
        .matchKeyValue(name)
        .map(known -> known.key().type() instanceof ConfType.TextList && value.startsWith("["))
        .orElse(!name.startsWith("web.hook."));
  }
}
