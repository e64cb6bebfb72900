package io.nanomq.codec;

import io.nanomq.packet.EnhancedAuth;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Writes the small packets of the server, all but PUBLISH and CONNACK. */
public final class MqttEncoder {
  private MqttEncoder() {}

  /** Bytes that {@link #ack} may write. */
  public static final int MAX_ACK_BYTES = 6;

  /**
   * Writes PUBACK, PUBREC, PUBREL or PUBCOMP.
   *
   * @param packetType as in {@link PacketType}
   * @param reason left out before MQTT 5 and where it is success
   */
  public static void ack(ByteBuf out, int packetType, int packetId, int version, int reason) {
    int first = packetType << 4 | (packetType == PacketType.PUBREL ? 2 : 0);
    if (reason == 0 || version < 5) {
      out.writeInt(first << 24 | 2 << 16 | packetId);
    } else {
      out.writeInt(first << 24 | 3 << 16 | packetId).writeByte(reason);
    }
  }

  /**
   * Writes SUBACK or UNSUBACK; an UNSUBACK before MQTT 5 has no codes.
   *
   * @param codes one byte a topic filter
   */
  public static void subAck(ByteBuf out, int packetType, int packetId, int version, byte[] codes) {
    boolean withCodes = hasCodes(packetType, version);
    out.writeByte(packetType << 4);
    VarInt.write(out, subAckLength(packetType, version, codes.length));
    out.writeShort(packetId);
    if (version == 5) {
      out.writeByte(0);
    }
    if (withCodes) {
      out.writeBytes(codes);
    }
  }

  /**
   * Writes a PUBLISH of MQTT 3.1.1 at QoS 0 without a payload.
   *
   * @param topic at most 100 bytes of UTF-8
   */
  public static void emptyPublish(ByteBuf out, byte[] topic) {
    out.writeByte(PacketType.PUBLISH << 4).writeByte(topic.length + 2);
    out.writeShort(topic.length).writeBytes(topic);
  }

  /** Bytes of the packet that {@link #subAck} writes. */
  public static int subAckSize(int packetType, int version, int codes) {
    int length = subAckLength(packetType, version, codes);
    return 1 + VarInt.size(length) + length;
  }

  private static int subAckLength(int packetType, int version, int codes) {
    return 2 + (version == 5 ? 1 : 0) + (hasCodes(packetType, version) ? codes : 0);
  }

  private static boolean hasCodes(int packetType, int version) {
    return version == 5 || packetType == PacketType.SUBACK;
  }

  public static void pingResponse(ByteBuf out) {
    out.writeShort(PacketType.PINGRESP << 12);
  }

  /** Bytes of the AUTH that {@link #auth} writes. */
  public static int authSize(EnhancedAuth enhanced) {
    int properties = enhancedSize(enhanced);
    int length = 1 + VarInt.size(properties) + properties;
    return 1 + VarInt.size(length) + length;
  }

  /** Writes AUTH, MQTT 5.0 section 3.15. */
  public static void auth(ByteBuf out, ReasonCode reason, EnhancedAuth enhanced) {
    int properties = enhancedSize(enhanced);
    out.writeByte(PacketType.AUTH << 4);
    VarInt.write(out, 1 + VarInt.size(properties) + properties);
    out.writeByte(reason.code());
    VarInt.write(out, properties);
    enhanced(out, enhanced);
  }

  private static int enhancedSize(EnhancedAuth enhanced) {
    byte[] data = enhanced.data();
    int method = enhanced.method().getBytes(StandardCharsets.UTF_8).length;
    return 3 + method + (data == null ? 0 : 3 + data.length);
  }

  /** Writes Authentication Method and Data. */
  static void enhanced(ByteBuf out, EnhancedAuth enhanced) {
    out.writeByte(Property.AUTHENTICATION_METHOD);
    Utf8.write(out, enhanced.method().getBytes(StandardCharsets.UTF_8));
    byte[] data = enhanced.data();
    if (data != null) {
      out.writeByte(Property.AUTHENTICATION_DATA).writeShort(data.length).writeBytes(data);
    }
  }

  /** Bytes of a DISCONNECT with a Reason String of so many bytes. */
  public static int disconnectSize(int reasonString) {
    int properties = 3 + reasonString;
    int length = 1 + VarInt.size(properties) + properties;
    return 1 + VarInt.size(length) + length;
  }

  /**
   * Writes DISCONNECT, for MQTT 5 only.
   *
   * @param reasonString for people; null = none
   */
  public static void disconnect(ByteBuf out, ReasonCode reason, byte @Nullable [] reasonString) {
    if (reasonString == null) {
      out.writeShort(PacketType.DISCONNECT << 12 | 1).writeByte(reason.code());
      return;
    }
    int properties = 3 + reasonString.length;
    out.writeByte(PacketType.DISCONNECT << 4);
    VarInt.write(out, 1 + VarInt.size(properties) + properties);
    out.writeByte(reason.code());
    VarInt.write(out, properties);
    out.writeByte(reason.refersToServer() ? Property.SERVER_REFERENCE : Property.REASON_STRING);
    Utf8.write(out, reasonString);
  }
}
