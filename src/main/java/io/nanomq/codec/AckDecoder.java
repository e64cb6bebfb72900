package io.nanomq.codec;

import io.netty.buffer.ByteBuf;

/** Reads PUBACK, PUBREC, PUBREL and PUBCOMP, MQTT 5.0 sections 3.4 to 3.7. */
public final class AckDecoder {
  private AckDecoder() {}

  /**
   * The packet identifier at the reader index.
   *
   * @throws ProtocolError 0x81 where it is cut off or 0 [MQTT-2.2.1-3]
   */
  public static int packetId(ByteBuf in) {
    if (in.readableBytes() < 2) {
      throw ProtocolError.malformed("packet identifier is cut off");
    }
    int id = in.readUnsignedShort();
    if (id == 0) {
      throw ProtocolError.malformed("packet identifier is 0");
    }
    return id;
  }

  /**
   * The reason code behind the packet identifier: 0 where there is none.
   *
   * @param in narrowed to the packet, behind the packet identifier
   * @param packetType PUBACK, PUBREC, PUBREL or PUBCOMP
   * @throws ProtocolError 0x81 where bytes stand there that should not, 0x82 for a code that a
   *     client may not send in that packet
   */
  public static int reasonCode(ByteBuf in, int packetType, int version, int maxPropertyBytes) {
    if (!in.isReadable()) {
      return 0;
    }
    if (version < 5) {
      throw ProtocolError.malformed("acknowledgement has a wrong length");
    }
    int code = in.readUnsignedByte();
    if (!ClientReasons.mayAcknowledge(packetType, code)) {
      throw ProtocolError.protocol("reason code " + code + " in packet type " + packetType);
    }
    if (in.isReadable()) {
      new PropertyReader(in, Property.IN_ACKNOWLEDGEMENT, maxPropertyBytes).skipAll();
      if (in.isReadable()) {
        throw ProtocolError.malformed("acknowledgement has bytes behind its properties");
      }
    }
    return code;
  }
}
