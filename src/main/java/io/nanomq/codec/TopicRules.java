package io.nanomq.codec;

import io.netty.buffer.ByteBuf;

/** What topic names and filters may look like, MQTT 5.0 section 4.7. */
public final class TopicRules {
  private static final String SHARE = "$share/";
  private static final String SYSTEM = "$SYS";

  /** What the broker tells itself, such as results of rules for another broker. */
  public static final String OWN = "$nanomq/";

  private TopicRules() {}

  /**
   * Checks a topic name whose UTF-8 is known to be legal.
   *
   * @throws ProtocolError 0x90 for an empty one [MQTT-4.7.3-1] or one with wildcards [MQTT-3.3.2-2]
   */
  public static void checkName(byte[] utf8) {
    if (utf8.length == 0) {
      throw new ProtocolError(ReasonCode.TOPIC_NAME_INVALID, "topic name is empty");
    }
    for (byte b : utf8) {
      if (b == '+' || b == '#') {
        throw new ProtocolError(ReasonCode.TOPIC_NAME_INVALID, "topic name has wildcards");
      }
    }
  }

  /** Whether one of the bytes is a wildcard character. */
  static boolean hasWildcard(ByteBuf in, int start, int length) {
    for (int i = start; i < start + length; i++) {
      int b = in.getByte(i);
      if (b == '+' || b == '#') {
        return true;
      }
    }
    return false;
  }

  /** Whether a filter matches more than one topic. */
  public static boolean hasWildcard(String filter) {
    return filter.indexOf('+') >= 0 || filter.indexOf('#') >= 0;
  }

  /**
   * Checks how deep a name goes.
   *
   * @throws ProtocolError 0x90 where it has more levels than allowed
   */
  public static void checkLevels(String name, int maxLevels) {
    if (levels(name) > maxLevels) {
      throw tooManyLevels();
    }
  }

  /** What a name with more levels than allowed is answered with: 0x90. */
  public static ProtocolError tooManyLevels() {
    return new ProtocolError(ReasonCode.TOPIC_NAME_INVALID, "topic name has too many levels");
  }

  /** Levels of a name or filter: one more than it has slashes. */
  public static int levels(String topic) {
    int levels = 1;
    for (int i = 0; i < topic.length(); i++) {
      if (topic.charAt(i) == '/') {
        levels++;
      }
    }
    return levels;
  }

  /**
   * Whether only the broker itself may publish there: {@code $SYS} and all below it, and what it
   * tells itself.
   */
  public static boolean isBrokersOwn(String topic) {
    return topic.startsWith(SYSTEM)
            && (topic.length() == SYSTEM.length() || topic.charAt(SYSTEM.length()) == '/')
        || topic.startsWith(OWN);
  }

  /** Whether a filter, without any share prefix, is legal [MQTT-4.7.1-1] [MQTT-4.7.1-2]. */
  public static boolean isValidFilter(String filter) {
    int length = filter.length();
    for (int i = 0; i < length; i++) {
      char c = filter.charAt(i);
      if (c == '+' || c == '#') {
        boolean alone =
            (i == 0 || filter.charAt(i - 1) == '/')
                && (i == length - 1 || filter.charAt(i + 1) == '/');
        if (!alone || c == '#' && i != length - 1) {
          return false;
        }
      }
    }
    return length > 0;
  }

  /** Whether a filter may be subscribed, share prefix included, at so many levels at most. */
  public static boolean isSubscribable(String filter, int maxLevels) {
    int start = isShared(filter) ? sharedFilterStart(filter) : 0;
    return start >= 0
        && isValidFilter(start == 0 ? filter : filter.substring(start))
        && levels(filter) <= maxLevels;
  }

  /** Whether the filter asks for a shared subscription. */
  public static boolean isShared(String filter) {
    return filter.startsWith(SHARE);
  }

  /**
   * Where the topic filter of {@code $share/group/filter} begins; -1 where the share name or the
   * filter is missing or the name has wildcards [MQTT-4.8.2-1] [MQTT-4.8.2-2].
   */
  public static int sharedFilterStart(String filter) {
    int slash = filter.indexOf('/', SHARE.length());
    if (slash <= SHARE.length() || slash == filter.length() - 1) {
      return -1;
    }
    String group = filter.substring(SHARE.length(), slash);
    return group.indexOf('+') < 0 && group.indexOf('#') < 0 ? slash + 1 : -1;
  }

  /** Whether a filter matches a topic, MQTT 5.0 section 4.7; for what is asked now and then. */
  public static boolean matches(String filter, String topic) {
    if (topic.startsWith("$") && (filter.startsWith("#") || filter.startsWith("+"))) {
      return false;
    }
    String[] levels = topic.split("/", -1);
    String[] wanted = filter.split("/", -1);
    for (int i = 0; i < wanted.length; i++) {
      if (wanted[i].equals("#")) {
        return true;
      }
      if (i >= levels.length || !wanted[i].equals("+") && !wanted[i].equals(levels[i])) {
        return false;
      }
    }
    return levels.length == wanted.length;
  }
}
