package io.nanomq.config.setting;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts the text of a document in the place of what it stands for: what came from a variable or a
 * file is shown as that reference. For answers that are made of what is in force, be it moved and
 * put together.
 */
public final class WrittenValues {
  private static final String SCHEME = "://";

  /** Shorter ones are found in too many texts. */
  private static final int LEAST_PART = 3;

  private final Map<String, String> texts = new LinkedHashMap<>();
  private final Map<String, String> parts = new LinkedHashMap<>();
  private final Map<String, String> numbers = new LinkedHashMap<>();

  /**
   * @param prefix beginning of the paths of what is shown, such as {@code rules.}
   */
  public WrittenValues(ConfValues values, String prefix) {
    for (ConfEntry entry : values.below(prefix)) {
      if (!entry.isReference()) {
        continue;
      }
      if (entry.value() instanceof List<?> list) {
        list.forEach(each -> text(String.valueOf(each), entry.raw()));
      } else if (entry.value() instanceof String value) {
        text(value, entry.raw());
      } else {
        numbers.put(entry.path().substring(entry.path().lastIndexOf('.') + 1), entry.raw());
      }
    }
  }

  private void text(String value, String raw) {
    if (value.isEmpty() || value.equals(raw)) {
      return;
    }
    texts.put(value, raw);
    part(value, raw);
    int scheme = value.indexOf(SCHEME);
    if (scheme > 0) {
      // Errors name the host alone.
      boolean isWhole = !raw.contains(SCHEME);
      String address = value.substring(scheme + SCHEME.length());
      part(address, isWhole ? raw : raw.substring(raw.indexOf(SCHEME) + SCHEME.length()));
      part(address.replaceFirst("[:/].*", ""), isWhole ? raw : host(raw));
    }
  }

  private static String host(String raw) {
    String address = raw.substring(raw.indexOf(SCHEME) + SCHEME.length());
    int end = address.indexOf('}') < 0 ? address.indexOf(':') : address.indexOf('}') + 1;
    return end <= 0 ? address : address.substring(0, end);
  }

  private void part(String value, String raw) {
    if (value.length() >= LEAST_PART && raw.contains("${")) {
      parts.putIfAbsent(value, raw);
    }
  }

  /** A text that may hold such values, as those of errors do; null stays null. */
  public @Nullable String within(@Nullable String text) {
    String shown = text;
    for (Map.Entry<String, String> part : parts.entrySet()) {
      shown = shown == null ? null : shown.replace(part.getKey(), part.getValue());
    }
    return shown;
  }

  /** A value that is such a text, or another one as it is. */
  public String text(String value) {
    return texts.getOrDefault(value, value);
  }

  /**
   * The members of an object, and of those in it.
   *
   * @param members by the names of their keys
   */
  public Map<String, @Nullable Object> object(Map<?, ?> members) {
    Map<String, @Nullable Object> shown = new LinkedHashMap<>();
    members.forEach(
        (name, value) -> {
          String key = String.valueOf(name);
          boolean isNumber = value instanceof Number || value instanceof Boolean;
          shown.put(key, isNumber && numbers.containsKey(key) ? numbers.get(key) : value(value));
        });
    return shown;
  }

  private @Nullable Object value(@Nullable Object value) {
    if (value instanceof Map<?, ?> members) {
      return object(members);
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> shown = new ArrayList<>();
      list.forEach(each -> shown.add(value(each)));
      return shown;
    }
    return value instanceof String text ? text(text) : value;
  }
}
