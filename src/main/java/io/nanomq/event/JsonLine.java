package io.nanomq.event;

import java.nio.charset.StandardCharsets;

/** One JSON object of plain members, in the order in which they are added. */
final class JsonLine {
  private final StringBuilder out = new StringBuilder(192).append('{');

  JsonLine text(String name, String value) {
    name(name).append('"');
    for (int i = 0; i < value.length(); i++) {
      append(value.charAt(i));
    }
    out.append('"');
    return this;
  }

  JsonLine number(String name, long value) {
    name(name).append(value);
    return this;
  }

  // Names are ours and need no escapes.
  private StringBuilder name(String name) {
    if (out.length() > 1) {
      out.append(',');
    }
    return out.append('"').append(name).append("\":");
  }

  private void append(char c) {
    switch (c) {
      case '"', '\\' -> out.append('\\').append(c);
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        if (c < ' ') {
          out.append(String.format("\\u%04x", (int) c));
        } else {
          out.append(c);
        }
      }
    }
  }

  byte[] bytes() {
    return (out + "}").getBytes(StandardCharsets.UTF_8);
  }
}
