package io.nanomq.config.key;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;

/** Numbers with a unit: sizes ({@code 10KB}) and durations ({@code 10s}). */
public final class Quantity {
  static final long KIB = 1024;
  static final long MIB = KIB * 1024;
  static final long GIB = MIB * 1024;
  static final long SECOND = 1000;
  static final long MINUTE = 60 * SECOND;
  static final long HOUR = 60 * MINUTE;
  static final long DAY = 24 * HOUR;

  /** NanoMQ counts a KB as 1024 bytes. */
  private static final Map<String, Long> SIZES =
      Map.of(
          "b", 1L, "k", KIB, "kb", KIB, "kib", KIB, "m", MIB, "mb", MIB, "mib", MIB, "g", GIB, "gb",
          GIB, "gib", GIB);

  private static final Map<String, Long> SPANS =
      Map.of("ms", 1L, "s", SECOND, "sec", SECOND, "m", MINUTE, "min", MINUTE, "h", HOUR, "d", DAY);

  private Quantity() {}

  /** Bytes, or -1 where the text is not a size. */
  static long bytes(String text, long plainUnit) {
    return parse(text, plainUnit, SIZES);
  }

  /** Milliseconds, or -1 where the text is not a duration. */
  static long millis(String text, long plainUnit) {
    return parse(text, plainUnit, SPANS);
  }

  public static String formatBytes(long bytes) {
    if (bytes >= GIB && bytes % GIB == 0) {
      return bytes / GIB + "GB";
    }
    if (bytes >= MIB && bytes % MIB == 0) {
      return bytes / MIB + "MB";
    }
    return bytes >= KIB && bytes % KIB == 0 ? bytes / KIB + "KB" : bytes + "B";
  }

  public static String formatMillis(long millis) {
    if (millis == 0) {
      return "0s";
    }
    if (millis % HOUR == 0) {
      return millis / HOUR + "h";
    }
    if (millis % MINUTE == 0) {
      return millis / MINUTE + "m";
    }
    return millis % SECOND == 0 ? millis / SECOND + "s" : millis + "ms";
  }

  private static long parse(String text, long plainUnit, Map<String, Long> units) {
    int split = 0;
    while (split < text.length() && isNumberPart(text.charAt(split))) {
      split++;
    }
    // Also keeps a text of thousands of digits away from BigDecimal.
    if (split == 0 || split > 24) {
      return -1;
    }
    String unit = text.substring(split).strip().toLowerCase(Locale.ROOT);
    Long factor = unit.isEmpty() ? Long.valueOf(plainUnit) : units.get(unit);
    try {
      return factor == null
          ? -1
          : new BigDecimal(text.substring(0, split))
              .multiply(BigDecimal.valueOf(factor))
              .longValueExact();
    } catch (ArithmeticException | NumberFormatException e) {
      return -1;
    }
  }

  private static boolean isNumberPart(char c) {
    return c >= '0' && c <= '9' || c == '.';
  }
}
