package io.nanomq.metrics;

/**
 * Why a message did not reach a subscriber, or a client did not get what it asked for: one counter
 * each.
 */
public enum DropReason {
  /** The session's queue holds {@code msq_len} messages, or as many bytes as it may. */
  QUEUE_FULL,
  /** The messages that wait or are in flight on this loop take all the memory that they may. */
  MEMORY_FULL,
  /** QoS 0 for a client that is not connected. */
  OFFLINE_QOS_0,
  /** Message Expiry Interval has passed. */
  EXPIRED,
  /** The packet would be larger than the client's Maximum Packet Size [MQTT-3.1.2-25]. */
  TOO_LARGE,
  /** The session ended with messages in its queue. */
  SESSION_ENDED,
  /** A shared subscription has no member left that could take it. */
  NO_MEMBER,
  /** {@code max_retained_messages} are there already, or all the memory that they may take. */
  RETAINED_FULL,
  /** The store has no room for a message that durable sessions may get, or that is retained. */
  STORE_FULL,
  /** A client published where it may not: to {@code $SYS/}. */
  NOT_AUTHORIZED,
  /** More sockets than {@code max_connections}. */
  CONNECTION_LIMIT,
  /** A CONNECT that would have begun a session beyond what its user or everybody may have. */
  SESSION_LIMIT,
  /** A filter that would have been one more than its session, its account or everybody may hold. */
  SUBSCRIPTION_LIMIT,
  /** A topic alias for which there was no room: its connection was closed. */
  ALIAS_LIMIT,
  /** What waited in sockets was too much; the one with most of it was closed. */
  OUTPUT_LIMIT,
  /** A TLS handshake beyond those that may be under way or wait, or one that made others wait. */
  TLS_LIMIT,
  /** A CONNECT whose password was not looked at: too many were wrong before. */
  LOGIN_LIMIT,
  /** A CONNECT of somebody who is banned. */
  BANNED,
  /** A client that sent more a second than it may: it waited, or was disconnected. */
  RATE_LIMIT,
  /** A connection with a packet that was not finished in time, or whose room others needed. */
  UNFINISHED;

  /** Whether somebody would have kept the message, had there been room. */
  public boolean isForWantOfRoom() {
    return this == QUEUE_FULL || this == MEMORY_FULL;
  }

  /** Whether it is a message that was dropped, and not a client that was turned away. */
  public boolean isOfMessages() {
    return switch (this) {
      case CONNECTION_LIMIT,
          SESSION_LIMIT,
          SUBSCRIPTION_LIMIT,
          ALIAS_LIMIT,
          OUTPUT_LIMIT,
          TLS_LIMIT,
          LOGIN_LIMIT,
          BANNED,
          RATE_LIMIT,
          UNFINISHED ->
          false;
      default -> true;
    };
  }
}
