package io.nanomq.session;

import io.nanomq.codec.OutgoingPublish;
import io.nanomq.codec.ReasonCode;
import org.jspecify.annotations.Nullable;

/** Writes the packets of a connected session to its socket. All calls are made on the loop. */
public interface PacketWriter {
  /** MQTT version: 3, 4 or 5. */
  int version();

  /** Address of the client, without a port. */
  default String address() {
    return "";
  }

  /** Whether the socket takes more; false makes messages wait in the session's queue. */
  boolean isWritable();

  /** Whether the client waits for a SUBACK, which retained messages are to follow. */
  default boolean awaitsSubAck() {
    return false;
  }

  /** The client's Maximum Packet Size, or what is taken for it, in bytes. */
  int maxPacketBytes();

  /** Whether the packet is within the client's Maximum Packet Size [MQTT-3.1.2-24]. */
  boolean fits(OutgoingPublish message, boolean withId, int @Nullable [] identifiers);

  /** Writes a PUBLISH that {@link #fits}. */
  void publish(
      OutgoingPublish message,
      int qos,
      int packetId,
      boolean dup,
      boolean retain,
      int @Nullable [] identifiers);

  /** Writes a PUBREL. */
  void release(int packetId);

  /** Tells the client why, where its version allows, and closes the socket. */
  void close(ReasonCode reason, @Nullable String message);
}
