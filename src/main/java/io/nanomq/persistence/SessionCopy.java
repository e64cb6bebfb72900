package io.nanomq.persistence;

import io.nanomq.packet.Subscription;
import java.util.List;

/**
 * A durable session as it goes from one broker to another, without its messages.
 *
 * @param record with the will that waits for its delay, if there is one, and the Session Expiry
 *     Interval that is left
 * @param expiresAtWallMillis when it ends unless its client comes, in milliseconds since 1970;
 *     {@link #NEVER}
 * @param willDueWallMillis when its will is published; 0 = it has none
 * @param subscriptions one a filter
 * @param unreleased packet identifiers of QoS 2 messages received from the client
 * @param hasMessages whether some wait for it or are in flight
 */
@SuppressWarnings("ArrayRecordComponent")
public record SessionCopy(
    SessionRecord record,
    long expiresAtWallMillis,
    long willDueWallMillis,
    List<Subscription> subscriptions,
    int[] unreleased,
    boolean hasMessages) {
  /** {@link #expiresAtWallMillis} of one that never ends by itself. */
  public static final long NEVER = Long.MAX_VALUE;

  public String clientId() {
    return record.connect().clientId();
  }

  /** What became of something that was brought from another broker. */
  public enum Fate {
    /** It is here. */
    TAKEN,
    /** It is here already, or belongs to what is. */
    SKIPPED,
    /** Its time is over. */
    EXPIRED,
    /** There is no room, or it does not fit to what is here. */
    REFUSED
  }

  /**
   * The same in words.
   *
   * @param why empty where nobody asks
   */
  public record Outcome(Fate fate, String why) {
    public static final Outcome TAKEN = new Outcome(Fate.TAKEN, "");
    public static final Outcome EXPIRED = new Outcome(Fate.EXPIRED, "");

    public static Outcome skipped(String why) {
      return new Outcome(Fate.SKIPPED, why);
    }

    public static Outcome refused(String why) {
      return new Outcome(Fate.REFUSED, why);
    }
  }
}
