package io.nanomq.codec;

import io.nanomq.packet.Auth;
import io.nanomq.packet.EnhancedAuth;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Reads AUTH, MQTT 5.0 section 3.15. */
public final class AuthDecoder {
  private AuthDecoder() {}

  /**
   * Reads one AUTH.
   *
   * @param in narrowed to the packet's body
   * @throws ProtocolError 0x81 or 0x82 as the clause says
   */
  public static Auth decode(ByteBuf in, int flags, int maxPropertyBytes) {
    if (flags != 0) {
      throw ProtocolError.malformed("AUTH has reserved header flags set [MQTT-3.15.1-1]");
    }
    int reason = in.isReadable() ? in.readUnsignedByte() : 0;
    EnhancedAuth enhanced = in.isReadable() ? properties(in, maxPropertyBytes) : null;
    if (in.isReadable()) {
      throw ProtocolError.malformed("AUTH has bytes behind its properties");
    }
    if (reason != ReasonCode.CONTINUE_AUTHENTICATION.code()
        && reason != ReasonCode.RE_AUTHENTICATE.code()) {
      throw ProtocolError.protocol("reason code " + reason + " in a client's AUTH [MQTT-3.15.2-1]");
    }
    if (enhanced == null) {
      throw ProtocolError.protocol("AUTH without an authentication method");
    }
    return new Auth(reason, enhanced);
  }

  private static @Nullable EnhancedAuth properties(ByteBuf in, int maxPropertyBytes) {
    String method = null;
    byte[] data = null;
    PropertyReader properties = new PropertyReader(in, Property.IN_AUTH, maxPropertyBytes);
    for (int id = properties.next(); id >= 0; id = properties.next()) {
      switch (id) {
        case Property.AUTHENTICATION_METHOD ->
            method = properties.readString("authentication method");
        case Property.AUTHENTICATION_DATA -> data = properties.readBinary("authentication data");
        case Property.REASON_STRING -> properties.skipString("reason string");
        default -> properties.skipUserProperty();
      }
    }
    return method == null ? null : new EnhancedAuth(method, data);
  }
}
