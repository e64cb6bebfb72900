package io.nanomq.config.document.hocon;

import io.nanomq.config.key.ConfKey;
import io.nanomq.config.key.ConfType;
import io.nanomq.config.key.JsonString;
import io.nanomq.config.key.Quantity;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Values as HOCON files write them. */
final class HoconText {
  private HoconText() {}

  static String of(ConfKey key, Object value) {
    if (value instanceof List<?> list) {
      return list.stream()
          .map(element -> JsonString.quote(String.valueOf(element)))
          .collect(Collectors.joining(", ", "[", "]"));
    }
    if (key.type() instanceof ConfType.Size size) {
      long unit = size.hoconUnit();
      long bytes = (Long) value;
      return unit > 1 && bytes % unit == 0
          ? String.valueOf(bytes / unit)
          : Quantity.formatBytes(bytes);
    }
    if (key.type() instanceof ConfType.Duration) {
      return Quantity.formatMillis((Long) value);
    }
    if (key.type() instanceof ConfType.Words) {
      return String.valueOf(value).toLowerCase(Locale.ROOT);
    }
    return value instanceof String text ? JsonString.quote(text) : String.valueOf(value);
  }
}
