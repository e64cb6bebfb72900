package io.nanomq.authn;

import io.nanomq.codec.ReasonCode;
import org.jspecify.annotations.Nullable;

/**
 * What a link or a chain says to a CONNECT. One of three: let in (an identity), refused (a reason),
 * or, of a link only, passed on to the next.
 *
 * @param reason success, or what the client is refused with; null = passed on
 * @param identity who it is, where it is let in
 * @param link name of the link that decided
 */
public record Verdict(@Nullable ReasonCode reason, @Nullable ClientIdentity identity, String link) {
  /** The link has no opinion. */
  public static final Verdict PASS = new Verdict(null, null, "");

  public static Verdict allow(ClientIdentity identity) {
    return new Verdict(ReasonCode.SUCCESS, identity, identity.link());
  }

  /**
   * A refusal.
   *
   * @param reason an error that a CONNACK may say
   */
  public static Verdict deny(ReasonCode reason, String link) {
    return new Verdict(reason, null, link);
  }

  /** The same with another identity. */
  Verdict as(ClientIdentity other) {
    return new Verdict(reason, other, link);
  }

  public boolean isPass() {
    return reason == null;
  }

  public boolean isAllowed() {
    return identity != null;
  }
}
