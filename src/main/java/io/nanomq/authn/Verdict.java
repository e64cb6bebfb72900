package io.nanomq.authn;

import io.nanomq.codec.ReasonCode;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a link or a chain says to a CONNECT. One of four: let in (an identity), refused (a reason),
 * asked for more (a next step), or, of a link only, passed on to the next.
 *
 * @param reason success, or what the client is refused with; null = neither
 * @param identity who it is, where it is let in
 * @param link name of the link that decided
 * @param data Authentication Data for the client; null = none
 * @param next what its answer to {@code data} is given to; null = nothing more is asked
 */
public record Verdict(
    @Nullable ReasonCode reason,
    @Nullable ClientIdentity identity,
    String link,
    byte @Nullable [] data,
    @Nullable Step next) {

  /** A further step of an enhanced authentication, MQTT 5.0 section 4.12. */
  public interface Step {
    /**
     * Goes on with what the client has answered, as a link decides: exactly one answer, at once or
     * later, on any thread.
     *
     * @param data null = it has sent none
     */
    void take(byte @Nullable [] data, Consumer<Verdict> answer);
  }

  /** The link has no opinion. */
  public static final Verdict PASS = new Verdict(null, null, "", null, null);

  public static Verdict allow(ClientIdentity identity) {
    return new Verdict(ReasonCode.SUCCESS, identity, identity.link(), null, null);
  }

  /**
   * A refusal.
   *
   * @param reason an error that a CONNACK may say
   */
  public static Verdict deny(ReasonCode reason, String link) {
    return new Verdict(reason, null, link, null, null);
  }

  /** The client has to answer something first. */
  public static Verdict challenge(String link, byte[] data, Step next) {
    return new Verdict(null, null, link, data, next);
  }

  /** The same with another identity. */
  Verdict as(ClientIdentity other) {
    return new Verdict(reason, other, link, data, next);
  }

  /** The same with something that the client is told. */
  Verdict with(byte[] told) {
    return new Verdict(reason, identity, link, told, next);
  }

  public boolean isPass() {
    return reason == null && next == null;
  }

  public boolean isAllowed() {
    return identity != null;
  }
}
