package io.nanomq.config.document.hocon;

/** Lines that the HOCON library leaves behind. */
final class HoconLines {
  private HoconLines() {}

  /**
   * What was taken out of a text may leave a line of blanks, which would be one more with each
   * edit.
   *
   * @return {@code after} without that line
   */
  static String withoutBlankLeft(String before, String after) {
    int same = 0;
    int limit = Math.min(before.length(), after.length());
    while (same < limit && before.charAt(same) == after.charAt(same)) {
      same++;
    }
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
