package io.nanomq.codec.client;

import io.nanomq.codec.Property;
import io.nanomq.codec.PropertyReader;
import io.nanomq.codec.ProtocolError;
import io.netty.buffer.ByteBuf;

/** Reads SUBACK and UNSUBACK, MQTT 5.0 sections 3.9 and 3.11. */
public final class SubackDecoder {
  private SubackDecoder() {}

  /**
   * The codes behind the packet identifier, one a filter; an UNSUBACK before MQTT 5 has none.
   *
   * @param in narrowed to the packet, behind the packet identifier
   * @throws ProtocolError 0x81 or 0x82 for properties that may not stand there
   */
  public static byte[] codes(ByteBuf in, int version, int maxPropertyBytes) {
    if (version == 5) {
      new PropertyReader(in, Property.IN_ACKNOWLEDGEMENT, maxPropertyBytes).skipAll();
    }
    byte[] codes = new byte[in.readableBytes()];
    in.readBytes(codes);
    return codes;
  }
}
