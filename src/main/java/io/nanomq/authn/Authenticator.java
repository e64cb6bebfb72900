package io.nanomq.authn;

import java.security.cert.X509Certificate;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Decides whether a CONNECT is let in, and whether who was let in may stay. */
public interface Authenticator {
  /** The connection that a CONNECT came on; any thread may ask. */
  interface Peer {
    /** Whose address it comes from, as callers are counted: an IPv4 address or an IPv6 network. */
    String caller();

    /** Name of the listener. */
    String listener();

    /** What stands before the topics of the listener's clients; empty = nothing does. */
    default String mountPoint() {
      return "";
    }

    /** Its IP address. */
    String address();

    /** The port that it came to. */
    int port();

    /** What it has shown and TLS has held against the listener's authorities, null = nothing. */
    @Nullable X509Certificate certificate();

    /** Whether nobody waits for the answer any more. */
    boolean isGone();
  }

  /**
   * Decides, at once or later and on any thread; exactly one answer is given, which is no pass.
   * Whatever goes wrong inside is a refusal.
   */
  void authenticate(Login login, Consumer<Verdict> answer);

  /**
   * Whether the answer to somebody who comes by that listener may take time.
   *
   * @param method authentication method that the client names, null = none
   */
  default boolean mayTakeTime(String listener, @Nullable String method) {
    return true;
  }

  /** Whether who was let in would be let in by what is configured now. Any thread may ask. */
  default boolean holds(ClientIdentity identity) {
    return true;
  }

  /** Milliseconds until the identity ends, 0 = it has. */
  default long millisLeft(ClientIdentity identity) {
    return Long.MAX_VALUE;
  }
}
