package io.nanomq.packet;

/**
 * DISCONNECT from a client, MQTT 5.0 section 3.14.
 *
 * @param reasonCode 0 = normal, which discards the will
 * @param sessionExpirySeconds new Session Expiry Interval, -1 = unchanged
 */
public record Disconnect(int reasonCode, long sessionExpirySeconds) implements Packet {}
