package io.nanomq.delay;

import io.nanomq.packet.TopicName;
import org.jspecify.annotations.Nullable;

/**
 * What {@code $delayed/seconds/topic} says.
 *
 * @param seconds until the message is published
 * @param topic where it is published then; null = the name says nothing that can be done
 */
public record DelayedTopic(int seconds, @Nullable TopicName topic) {
  /** Longest delay: some 49 days. */
  public static final int MAX_SECONDS = 4_294_967;

  private static final String PREFIX = "$delayed/";
  private static final int MAX_DIGITS = 7;
  private static final DelayedTopic WRONG = new DelayedTopic(0, null);

  /**
   * @param mountPoint what stands in front of all topics of a client; empty = nothing
   * @return null = an ordinary topic
   */
  public static @Nullable DelayedTopic of(TopicName name, String mountPoint) {
    String text = name.text();
    if (!text.startsWith(PREFIX, mountPoint.length()) || !text.startsWith(mountPoint)) {
      return null;
    }
    int start = mountPoint.length() + PREFIX.length();
    int slash = text.indexOf('/', start);
    int seconds = slash < 0 ? -1 : seconds(text, start, slash);
    String real = seconds < 0 ? "" : text.substring(slash + 1);
    return real.isEmpty() || real.startsWith(PREFIX)
        ? WRONG
        : new DelayedTopic(seconds, TopicName.of(mountPoint + real));
  }

  private static int seconds(String text, int from, int to) {
    if (to == from || to - from > MAX_DIGITS) {
      return -1;
    }
    int seconds = 0;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      seconds = seconds * 10 + c - '0';
    }
    return seconds <= MAX_SECONDS ? seconds : -1;
  }
}
