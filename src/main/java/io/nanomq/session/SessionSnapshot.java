package io.nanomq.session;

/**
 * What one session holds, as its loop knew it when asked.
 *
 * @param client the client's side of it
 * @param expirySeconds Session Expiry Interval, 0xFFFFFFFF = never
 * @param unreleased QoS 2 messages from the client that wait for its PUBREL
 */
public record SessionSnapshot(ClientSnapshot client, long expirySeconds, int unreleased) {

  /** What a session is now; on its loop. */
  static SessionSnapshot of(Session session) {
    return new SessionSnapshot(
        session.snapshot(), session.expirySeconds(), session.unreleasedCount());
  }
}
