package io.nanomq.packet;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A topic name that was found to be legal: its text and its bytes. Immutable. */
public final class TopicName {
  private final String text;
  private final byte[] utf8;

  /**
   * @param utf8 the bytes on the wire, handed over: the caller must not change them
   */
  public TopicName(byte[] utf8) {
    this.utf8 = utf8;
    this.text = new String(utf8, StandardCharsets.UTF_8);
  }

  public static TopicName of(String text) {
    return new TopicName(text.getBytes(StandardCharsets.UTF_8));
  }

  public String text() {
    return text;
  }

  /** The bytes themselves, not a copy: whoever gets them only reads. */
  public byte[] utf8() {
    return utf8;
  }

  /** What its text and its bytes cost to keep, but for objects. */
  public int keptBytes() {
    // Text of other alphabets has two bytes a character, of which UTF-8 has one at least.
    return utf8.length + (utf8.length == text.length() ? text.length() : 2 * text.length());
  }

  /** Whether wildcards at the first level must not match it [MQTT-4.7.2-1]. */
  public boolean isSystem() {
    return utf8.length > 0 && utf8[0] == '$';
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TopicName t && Arrays.equals(utf8, t.utf8);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
