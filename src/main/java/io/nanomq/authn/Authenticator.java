package io.nanomq.authn;

import io.nanomq.codec.ReasonCode;
import io.nanomq.packet.Connect;
import java.util.function.Consumer;

/** Decides whether a CONNECT is let in. */
public interface Authenticator {
  /**
   * Decides, at once or later and on any thread; exactly one answer is given. Whatever goes wrong
   * inside is a refusal.
   *
   * @param answer gets success, or the reason code to refuse with
   */
  void authenticate(Connect connect, Consumer<ReasonCode> answer);
}
