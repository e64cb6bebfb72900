package io.nanomq.connection;

import io.nanomq.codec.AckDecoder;
import io.nanomq.codec.PacketType;
import io.nanomq.codec.ProtocolError;
import io.nanomq.codec.ReasonCode;
import io.nanomq.loop.LoopConfined;
import io.nanomq.session.Session;
import io.netty.buffer.ByteBuf;

/** PUBACK, PUBREC, PUBREL and PUBCOMP from a client, MQTT 5.0 section 4.3. */
@LoopConfined
final class AckHandler {
  private static final int FIRST_ERROR = 0x80;

  private final ConnectionContext context;

  AckHandler(ConnectionContext context) {
    this.context = context;
  }

  void handle(Connection connection, int type, int flags, ByteBuf body) {
    checkFlags(connection, type, flags);
    int packetId = AckDecoder.packetId(body);
    int reason =
        AckDecoder.reasonCode(
            body, type, connection.version(), context.conf().packets().maxPropertyBytes());
    Session session = connection.session();
    switch (type) {
      case PacketType.PUBACK -> session.acknowledge(packetId, 1, false);
      case PacketType.PUBREC -> received(connection, session, packetId, reason);
      case PacketType.PUBREL -> release(connection, session, packetId);
      default -> session.acknowledge(packetId, 2, true);
    }
  }

  /**
   * PUBACK with nothing but a packet identifier.
   *
   * @throws ProtocolError 0x81 where that is 0 [MQTT-2.2.1-3]
   */
  void acknowledged(Connection connection, int packetId) {
    if (packetId == 0) {
      throw ProtocolError.malformed("packet identifier is 0");
    }
    connection.session().acknowledge(packetId, 1, false);
  }

  private static void checkFlags(Connection connection, int type, int flags) {
    int expected = type == PacketType.PUBREL ? 2 : 0;
    // MQTT 3.1 clients may set DUP on a PUBREL that they repeat.
    int seen = connection.version() == 3 ? flags & ~0x08 : flags;
    if (seen != expected) {
      throw ProtocolError.malformed("acknowledgement has wrong header flags");
    }
  }

  private static void release(Connection connection, Session session, int packetId) {
    boolean isEarlier = session.unreleased().isCarriedOver(packetId);
    boolean known = session.unreleased().release(packetId);
    if (isEarlier) {
      connection.acks().completeEarlier(packetId);
    } else {
      ReasonCode answer = known ? ReasonCode.SUCCESS : ReasonCode.PACKET_IDENTIFIER_NOT_FOUND;
      connection.acks().acknowledge(PacketType.PUBCOMP, packetId, answer);
    }
  }

  private static void received(Connection connection, Session session, int packetId, int reason) {
    if (reason >= FIRST_ERROR) {
      // The flow ends here: no PUBREL, and the place in the window is free again.
      session.acknowledge(packetId, 2, false);
      return;
    }
    boolean known = session.received(packetId);
    ReasonCode answer = known ? ReasonCode.SUCCESS : ReasonCode.PACKET_IDENTIFIER_NOT_FOUND;
    // After the store has it: a message must not be sent again once its PUBREL was.
    connection.acks().acknowledge(PacketType.PUBREL, packetId, answer);
  }
}
