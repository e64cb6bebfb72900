package io.nanomq.config.document;

import io.nanomq.config.key.ConfKey;
import io.nanomq.config.key.ConfType;
import io.nanomq.config.key.JsonString;
import io.nanomq.config.key.Quantity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values as key=value files write them. */
public final class KeyValueText {
  private KeyValueText() {}

  public static String of(ConfKey key, Object value) {
    if (value instanceof List<?> list) {
      return quotedWhereNeeded(String.join(",", list.stream().map(String::valueOf).toList()));
    }
    if (key.type() instanceof ConfType.Size size) {
      return size((Long) value, size.keyValueUnit());
    }
    if (key.type() instanceof ConfType.Duration duration) {
      return duration((Long) value, duration.plainUnitMillis(), key.defaultText());
    }
    return quotedWhereNeeded(String.valueOf(value));
  }

  private static String size(long bytes, long unit) {
    return bytes % unit == 0 ? String.valueOf(bytes / unit) : bytes + "B";
  }

  /** With a unit where NanoMQ's files have one ({@code timeout=5s}), else the plain number. */
  private static String duration(long millis, long unit, @Nullable String defaultText) {
    boolean plain = defaultText == null || defaultText.chars().allMatch(Character::isDigit);
    return plain && millis % unit == 0
        ? String.valueOf(millis / unit)
        : Quantity.formatMillis(millis);
  }

  /** Whatever reading would change is written as a JSON string. */
  private static String quotedWhereNeeded(String text) {
    boolean isRead = text.startsWith("\"") || text.chars().anyMatch(KeyValueText::mayVanish);
    return isRead ? JsonString.quote(text) : text;
  }

  private static boolean mayVanish(int c) {
    return Character.isWhitespace(c) || Character.isISOControl(c) || c == '\uFEFF';
  }
}
