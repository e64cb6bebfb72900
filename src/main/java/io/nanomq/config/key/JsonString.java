package io.nanomq.config.key;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.jspecify.annotations.Nullable;

/** JSON's quoted strings, which HOCON shares and quoted key=value values use. */
public final class JsonString {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** What JSON leaves as it is, and editors and other readers take for something else. */
  private static final String INVISIBLE = "\u007F\u2028\u2029\uFEFF";

  private JsonString() {}

  public static String quote(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
    JsonStringEncoder.getInstance().quoteAsString(text, quoted);
    for (int i = 1; i < quoted.length(); i++) {
      char c = quoted.charAt(i);
      if (INVISIBLE.indexOf(c) >= 0) {
        quoted.replace(i, i + 1, String.format("\\u%04x", (int) c));
      }
    }
    return quoted.append('"').toString();
  }

  /** Null where the text, quotes included, is not a JSON string. */
  public static @Nullable String unquote(String quoted) {
    try {
      return quoted.startsWith("\"") ? JSON.readValue(quoted, String.class) : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }
}
