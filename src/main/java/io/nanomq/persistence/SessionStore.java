package io.nanomq.persistence;

import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.Subscription;

/**
 * Where the state of durable sessions (Session Expiry Interval above 0) is kept, MQTT 5.0 section
 * 4.1. Calls come from the loop that owns the session and return at once; a store on disk gathers
 * them and writes batches.
 *
 * <p>Nothing is acknowledged to a client before {@link #afterCommit} has called back: CONNACK,
 * SUBACK, UNSUBACK, PUBACK, PUBREC and PUBCOMP all pass through it.
 */
public interface SessionStore {
  /** Who waits for a commit. */
  interface Listener {
    /**
     * All that was told to the store before is safe. Called on the loop that asked.
     *
     * @param token as given to {@link #afterCommit}
     */
    void committed(long token);
  }

  /**
   * Calls back once everything that this loop told the store so far is safe. Call-backs of one loop
   * come in the order of the calls.
   *
   * @param loopIndex the calling loop
   * @param token passed back; spares an object for each acknowledgement
   */
  void afterCommit(int loopIndex, Listener listener, long token);

  /** A durable session began, or its expiry changed. */
  void sessionKept(String clientId, long expirySeconds);

  /** A durable session ended: nothing of it is needed any more. */
  void sessionEnded(String clientId);

  void subscribed(String clientId, Subscription subscription);

  void unsubscribed(String clientId, String filter);

  /**
   * A message waits for, or is on its way to, a durable session.
   *
   * @param sequence unique in the session, growing
   */
  void queued(String clientId, long sequence, PublishMessage message, int qos);

  /** The message of that sequence was acknowledged, or dropped. */
  void settled(String clientId, long sequence);

  /** A QoS 2 packet identifier was received and not yet released [MQTT-4.3.3-10]. */
  void received(String clientId, int packetId);

  void released(String clientId, int packetId);
}
