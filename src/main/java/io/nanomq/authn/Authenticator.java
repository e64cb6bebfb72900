package io.nanomq.authn;

import io.nanomq.codec.ReasonCode;
import io.nanomq.packet.Connect;
import java.util.function.Consumer;

/** Decides whether a CONNECT is let in. */
public interface Authenticator {

  /** The connection that a CONNECT came on. */
  interface Peer {
    /** Whose address it comes from, as callers are counted: an IPv4 address or an IPv6 network. */
    String caller();

    /** Whether nobody waits for the answer any more; any thread may ask. */
    boolean isGone();
  }

  /**
   * Decides, at once or later and on any thread; exactly one answer is given. Whatever goes wrong
   * inside is a refusal.
   *
   * @param answer gets success, or the reason code to refuse with
   */
  void authenticate(Connect connect, Peer peer, Consumer<ReasonCode> answer);
}
