package io.nanomq.config.document.hocon;

import java.util.regex.Pattern;

/** Lines that the HOCON library leaves behind. */
final class HoconLines {
  /** A name and empty braces; where the text behind begins alike, a part of the name is behind. */
  private static final Pattern EMPTY_SECTION =
      Pattern.compile("\\s*[\\w.\"-]*[ \\t]*[:=]?\\s*\\{\\s*}\\s*,?\\s*[\\w.\"-]*");

  private HoconLines() {}

  /** Whether what was taken out of a text is a section with nothing in it, be it a comment. */
  static boolean isEmptySection(String before, String after) {
    int start = same(before, after);
    int end = before.length() - (after.length() - start);
    return end > start
        && before.endsWith(after.substring(start))
        && EMPTY_SECTION.matcher(before.substring(start, end)).matches();
  }

  private static int same(String before, String after) {
    int same = 0;
    int limit = Math.min(before.length(), after.length());
    while (same < limit && before.charAt(same) == after.charAt(same)) {
      same++;
    }
    return same;
  }

  /**
   * What was taken out of a text may leave a line of blanks, which would be one more with each
   * edit.
   *
   * @return {@code after} without that line
   */
  static String withoutBlankLeft(String before, String after) {
    int same = same(before, after);
    int start = after.lastIndexOf('\n', same - 1) + 1;
    int end = after.indexOf('\n', same);
    boolean isShorter = after.length() < before.length();
    boolean isLeft = isShorter && end >= 0 && after.substring(start, end).isBlank();
    boolean wasBlank = isLeft && isBlankLine(before, start);
    return isLeft && !wasBlank ? after.substring(0, start) + after.substring(end + 1) : after;
  }

  private static boolean isBlankLine(String text, int start) {
    int end = text.indexOf('\n', start);
    return text.substring(start, end < 0 ? text.length() : end).isBlank();
  }
}
