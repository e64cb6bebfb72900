package io.nanomq.config.document;

import io.nanomq.config.setting.ConfException;
import io.nanomq.config.setting.ConfProblem;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/** Bytes to texts: limits and UTF-8. */
public final class DocumentText {
  /** Larger documents are refused. A ConfigMap holds 1 MiB. */
  public static final int MAX_BYTES = 4 * 1024 * 1024;

  private DocumentText() {}

  /**
   * @param name name for messages
   * @throws ConfException where the bytes are no text, or too many
   */
  public static String decode(String name, byte[] bytes) throws ConfException {
    if (bytes.length > MAX_BYTES) {
      throw new ConfException(
          ConfProblem.in(
              name, "is " + bytes.length + " bytes long", "at most " + MAX_BYTES + " bytes"));
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
      throw new ConfException(ConfProblem.in(name, line, column, reason, "a text in UTF-8"));
    }
    return text;
  }
}
