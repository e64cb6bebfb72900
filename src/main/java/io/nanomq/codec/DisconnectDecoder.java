package io.nanomq.codec;

import io.nanomq.packet.Disconnect;
import io.netty.buffer.ByteBuf;

/** Reads DISCONNECT, MQTT 5.0 section 3.14. */
public final class DisconnectDecoder {
  private DisconnectDecoder() {}

  /**
   * Reads one DISCONNECT.
   *
   * @param in narrowed to the packet's body
   * @throws ProtocolError 0x81 or 0x82 as the clause says
   */
  public static Disconnect decode(ByteBuf in, int flags, int version, int maxPropertyBytes) {
    if (flags != 0) {
      throw ProtocolError.malformed("DISCONNECT has reserved header flags set");
    }
    if (!in.isReadable()) {
      return new Disconnect(0, -1);
    }
    if (version < 5) {
      throw ProtocolError.malformed("DISCONNECT has a body");
    }
    int reason = in.readUnsignedByte();
    if (!ClientReasons.mayDisconnect(reason)) {
      throw ProtocolError.protocol("reason code " + reason + " in a DISCONNECT [MQTT-3.14.2-1]");
    }
    long expiry = -1;
    if (in.isReadable()) {
      PropertyReader properties = new PropertyReader(in, Property.IN_DISCONNECT, maxPropertyBytes);
      for (int id = properties.next(); id >= 0; id = properties.next()) {
        switch (id) {
          case Property.SESSION_EXPIRY_INTERVAL -> expiry = properties.readInt();
          case Property.REASON_STRING -> properties.skipString("reason string");
          default -> properties.skipUserProperty();
        }
      }
    }
    if (in.isReadable()) {
      throw ProtocolError.malformed("DISCONNECT has bytes behind its properties");
    }
    return new Disconnect(reason, expiry);
  }
}
