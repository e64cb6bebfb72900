package io.nanomq.config.key;

import org.jspecify.annotations.Nullable;

/** JSON's quoted strings, which HOCON shares and quoted key=value values use. */
public final class JsonString {
  private JsonString() {}

  public static String quote(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        default -> {
          if (c < 0x20 || c == 0x7F || c == 0x2028 || c == 0x2029 || c == 0xFEFF) {
            quoted.append(String.format("\\u%04x", (int) c));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }

  /** Null where the text, quotes included, is not a JSON string. */
  public static @Nullable String unquote(String quoted) {
    StringBuilder text = new StringBuilder(quoted.length());
    int end = quoted.length() - 1;
    for (int i = 1; i < end; i++) {
      char c = quoted.charAt(i);
      if (c == '"') {
        return null;
      }
      if (c != '\\') {
        text.append(c);
        continue;
      }
      if (++i >= end) {
        return null;
      }
      int plain = "\"\\/bfnrt".indexOf(quoted.charAt(i));
      if (plain >= 0) {
        text.append("\"\\/\b\f\n\r\t".charAt(plain));
      } else if (quoted.charAt(i) == 'u' && i + 4 < end) {
        int code = hex(quoted, i + 1);
        if (code < 0) {
          return null;
        }
        text.append((char) code);
        i += 4;
      } else {
        return null;
      }
    }
    return text.toString();
  }

  private static int hex(String text, int at) {
    int code = 0;
    for (int i = at; i < at + 4; i++) {
      int digit = Character.digit(text.charAt(i), 16);
      if (digit < 0) {
        return -1;
      }
      code = code * 16 + digit;
    }
    return code;
  }
}
