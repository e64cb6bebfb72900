package io.nanomq.codec;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The User Property by which a message says over which brokers bridges have brought it: their
 * identifiers, apart by a space, the first one first. As many as there are, so many hops it has
 * made. In CONNECT and CONNACK it has one identifier: that of the broker that sends it.
 */
public final class BridgePath {
  /** Name of the property. */
  public static final String NAME = "nanomq-bridge";

  /** A message with a longer path goes to no further broker. */
  public static final int MAX_BROKERS = 16;

  /**
   * What bridges of MQTT 3.1 and 3.1.1 that have marked themselves unsubscribe from, which costs no
   * broker anything, and what a broker that knows it publishes to such a bridge in answer; behind
   * it stands the identifier of the broker that sends it.
   */
  public static final String GREETING = TopicRules.OWN + "bridge/";

  private static final int MAX_ID_CHARACTERS = 64;
  private static final int MAX_PATH_BYTES = MAX_BROKERS * (MAX_ID_CHARACTERS + 1);
  private static final byte[] NAME_BYTES = NAME.getBytes(US_ASCII);
  private static final int NOWHERE = -1;

  private BridgePath() {}

  /** Whether a text may stand for a broker: 1 to 64 letters, digits, dots and dashes. */
  public static boolean isId(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_ID_CHARACTERS
        && text.chars().allMatch(BridgePath::isOfId);
  }

  private static boolean isOfId(int c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || ".-_".indexOf(c) >= 0;
  }

  /** Which broker says who it is by a filter or a topic; null = none does. */
  public static @Nullable String greeted(String text) {
    String id = text.startsWith(GREETING) ? text.substring(GREETING.length()) : "";
    return isId(id) ? id : null;
  }

  /**
   * Over which brokers a message came; empty = over none.
   *
   * @param properties those that are passed on, encoded, without their length
   */
  public static List<String> of(byte[] properties) {
    int at = find(properties);
    int length = at == NOWHERE ? 0 : Math.min(length(properties, at), MAX_PATH_BYTES);
    return length == 0
        ? List.of()
        : List.of(new String(properties, at + 2, length, US_ASCII).split(" ", MAX_BROKERS + 1));
  }

  /** The properties with a path; without the one that they have. */
  public static byte[] with(byte[] properties, List<String> path) {
    byte[] value = String.join(" ", path).getBytes(US_ASCII);
    var out = new ByteArrayOutputStream(properties.length + NAME_BYTES.length + value.length + 5);
    int at = find(properties);
    if (at == NOWHERE) {
      out.writeBytes(properties);
    } else {
      int start = at - NAME_BYTES.length - 3;
      int end = end(properties, at);
      out.write(properties, 0, start);
      out.write(properties, end, properties.length - end);
    }
    out.write(Property.USER_PROPERTY);
    text(out, NAME_BYTES);
    text(out, value);
    return out.toByteArray();
  }

  private static void text(ByteArrayOutputStream out, byte[] value) {
    out.write(value.length >> 8);
    out.write(value.length);
    out.writeBytes(value);
  }

  /** Where the value of the first such property is, its length first. */
  private static int find(byte[] properties) {
    int at = 0;
    while (at < properties.length) {
      int identifier = properties[at];
      if (identifier == Property.PAYLOAD_FORMAT_INDICATOR) {
        at += 2;
      } else if (identifier == Property.USER_PROPERTY) {
        int value = end(properties, at + 1);
        if (value < properties.length && isName(properties, at + 3, value)) {
          return value;
        }
        at = end(properties, value);
      } else {
        at = end(properties, at + 1);
      }
    }
    return NOWHERE;
  }

  private static boolean isName(byte[] properties, int from, int to) {
    return Arrays.equals(properties, from, to, NAME_BYTES, 0, NAME_BYTES.length);
  }

  private static int length(byte[] properties, int at) {
    return (properties[at] & 0xFF) << 8 | properties[at + 1] & 0xFF;
  }

  /** Behind a text with its length, which was checked as it came in. */
  private static int end(byte[] properties, int at) {
    return at + 2 > properties.length ? properties.length : at + 2 + length(properties, at);
  }
}
