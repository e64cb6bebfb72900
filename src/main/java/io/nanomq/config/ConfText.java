package io.nanomq.config;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Bytes to documents: limits and UTF-8. */
public final class ConfText {
  /** Larger documents are refused. A ConfigMap holds 1 MiB. */
  public static final int MAX_BYTES = 4 * 1024 * 1024;

  private ConfText() {}

  /**
   * @param name name for messages
   * @throws ConfException where the bytes are no document of either format
   */
  public static ConfDocument parse(String name, byte[] bytes) throws ConfException {
    return parse(name, decode(name, bytes));
  }

  /**
   * @throws ConfException where the text is no document of either format
   */
  static ConfDocument parse(String name, String text) throws ConfException {
    int known = FormatGuess.weigh(text);
    if (known == 0) {
      return undecided(name, text);
    }
    return known > 0 ? HoconDocument.parse(name, text) : KeyValueDocument.parse(name, text);
  }

  /** The format that can read it; key=value where both read the same. */
  private static ConfDocument undecided(String name, String text) throws ConfException {
    KeyValueDocument keyValue = KeyValueDocument.parse(name, text);
    Optional<ConfProblem> unreadable = keyValue.firstUnreadable();
    if (unreadable.isEmpty() && keyValue.lines().stream().noneMatch(ConfText::isListOrSection)) {
      return keyValue;
    }
    try {
      return HoconDocument.parse(name, text);
    } catch (ConfException e) {
      if (unreadable.isEmpty()) {
        return keyValue;
      }
      List<ConfProblem> both = new ArrayList<>();
      both.add(unreadable.get().readAs("key=value"));
      e.problems().forEach(problem -> both.add(problem.readAs("HOCON")));
      throw new ConfException(both);
    }
  }

  private static boolean isListOrSection(KeyValueLine line) {
    // As it is written: quoted, it is a text.
    int at = line.valueColumn() - 1;
    return line.text().startsWith("[", at) || line.text().startsWith("{", at);
  }

  static String decode(String name, byte[] bytes) throws ConfException {
    if (bytes.length > MAX_BYTES) {
      throw new ConfException(
          List.of(
              ConfProblem.in(
                  name, "is " + bytes.length + " bytes long", "at most " + MAX_BYTES + " bytes")));
    }
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CharBuffer chars = CharBuffer.allocate(bytes.length);
    CoderResult result = decoder.decode(ByteBuffer.wrap(bytes), chars, true);
    chars.flip();
    String text = chars.toString();
    int nul = text.indexOf('\0');
    if (result.isError() || nul >= 0) {
      String before = nul >= 0 ? text.substring(0, nul) : text;
      int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
      int column = before.length() - before.lastIndexOf('\n');
      String reason = result.isError() ? "is not valid UTF-8" : "holds a NUL character";
      throw new ConfException(
          List.of(
              new ConfProblem(
                  ConfProblem.Severity.ERROR,
                  name,
                  line,
                  column,
                  "",
                  "",
                  reason,
                  "a text in UTF-8")));
    }
    return text;
  }
}
