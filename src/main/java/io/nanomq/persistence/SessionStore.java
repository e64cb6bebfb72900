package io.nanomq.persistence;

import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * Where the state of durable sessions (Session Expiry Interval above 0) is kept, MQTT 5.0 section
 * 4.1. Calls come from the loop that owns the session and return at once; a store on disk gathers
 * them and writes batches.
 *
 * <p>Nothing is acknowledged to a client before {@link #afterCommit} has called back: CONNACK,
 * SUBACK, UNSUBACK, PUBACK, PUBREC, PUBREL and PUBCOMP all pass through it.
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
   * @param sequence unique in the session, growing: messages are restored in this order
   * @param qos QoS to deliver with, 1 or 2
   * @param retain RETAIN flag to deliver with
   * @param identifiers Subscription Identifiers to deliver with; null = none
   */
  void queued(
      String clientId,
      long sequence,
      PublishMessage message,
      int qos,
      boolean retain,
      int @Nullable [] identifiers);

  /**
   * The message of that sequence goes out for the first time: from now on it is repeated with this
   * packet identifier [MQTT-4.4.0-1].
   */
  void sent(String clientId, long sequence, int packetId);

  /** PUBREC has come for that sequence: only PUBREL is repeated from now on [MQTT-4.3.3-4]. */
  void taken(String clientId, long sequence);

  /** The message of that sequence was acknowledged, or dropped. */
  void settled(String clientId, long sequence);

  /** A QoS 2 packet identifier was received and not yet released [MQTT-4.3.3-10]. */
  void received(String clientId, int packetId);

  void released(String clientId, int packetId);
}
