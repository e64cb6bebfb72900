package io.nanomq.limit;

import java.util.Arrays;
import java.util.Optional;

/**
 * Somebody who is not let in.
 *
 * @param kind what {@code who} is
 * @param who client identifier, user name, or address or network
 * @param by who said so
 * @param reason for people; may be empty
 * @param atSeconds when it was said, seconds since 1970
 * @param untilSeconds when it ends, seconds since 1970; {@link #FOREVER} = never
 */
public record Ban(
    Kind kind, String who, String by, String reason, long atSeconds, long untilSeconds) {
  public static final long FOREVER = Long.MAX_VALUE;

  /** What a client is known by. */
  public enum Kind {
    CLIENT_ID("clientid"),
    USERNAME("username"),
    /** An address, or a network as 10.0.0.0/8. */
    ADDRESS("peerhost");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** As the API and the file of bans call it. */
    public String word() {
      return word;
    }

    /** The kind of that word. */
    public static Optional<Kind> of(String word) {
      return Arrays.stream(values()).filter(kind -> kind.word.equals(word)).findFirst();
    }
  }

  boolean isOver(long nowSeconds) {
    return untilSeconds <= nowSeconds;
  }

  /** Whether it is about the same. */
  public boolean isOf(Kind other, String whom) {
    return kind == other && who.equals(whom);
  }
}
