package io.nanomq.codec;

import io.nanomq.packet.EnhancedAuth;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Writes CONNACK, MQTT 5.0 section 3.2. Properties that are not set are left out. */
public final class ConnackEncoder {
  private final ByteBuf properties = Unpooled.buffer(64);

  /** Session Expiry Interval, where it differs from what the client asked for. */
  public ConnackEncoder sessionExpiry(long seconds) {
    properties.writeByte(Property.SESSION_EXPIRY_INTERVAL).writeInt((int) seconds);
    return this;
  }

  public ConnackEncoder receiveMaximum(int messages) {
    properties.writeByte(Property.RECEIVE_MAXIMUM).writeShort(messages);
    return this;
  }

  /**
   * Maximum Packet Size. Clients, Paho's for Python among them, end with an error where it is more
   * than 268,435,455, the largest Remaining Length; a few bytes fewer is all it costs to say that.
   */
  public ConnackEncoder maximumPacketSize(int bytes) {
    properties.writeByte(Property.MAXIMUM_PACKET_SIZE).writeInt(Math.min(bytes, VarInt.MAX));
    return this;
  }

  public ConnackEncoder assignedClientId(String clientId) {
    return text(Property.ASSIGNED_CLIENT_IDENTIFIER, clientId);
  }

  public ConnackEncoder topicAliasMaximum(int aliases) {
    properties.writeByte(Property.TOPIC_ALIAS_MAXIMUM).writeShort(aliases);
    return this;
  }

  public ConnackEncoder serverKeepAlive(int seconds) {
    properties.writeByte(Property.SERVER_KEEP_ALIVE).writeShort(seconds);
    return this;
  }

  /** Maximum QoS, 0 or 1; 2 is said by leaving it out. */
  public ConnackEncoder maximumQos(int qos) {
    properties.writeByte(Property.MAXIMUM_QOS).writeByte(qos);
    return this;
  }

  public ConnackEncoder withoutRetain() {
    return without(Property.RETAIN_AVAILABLE);
  }

  public ConnackEncoder withoutWildcards() {
    return without(Property.WILDCARD_SUBSCRIPTION_AVAILABLE);
  }

  public ConnackEncoder withoutSubscriptionIdentifiers() {
    return without(Property.SUBSCRIPTION_IDENTIFIER_AVAILABLE);
  }

  public ConnackEncoder withoutShared() {
    return without(Property.SHARED_SUBSCRIPTION_AVAILABLE);
  }

  /** What is not said is available. */
  private ConnackEncoder without(int identifier) {
    properties.writeByte(identifier).writeByte(0);
    return this;
  }

  public ConnackEncoder responseInformation(String prefix) {
    return text(Property.RESPONSE_INFORMATION, prefix);
  }

  public ConnackEncoder reasonString(String reason) {
    return text(Property.REASON_STRING, reason);
  }

  /** Authentication Method and, where there is some, Data [MQTT-4.12.0-5]. */
  public ConnackEncoder enhanced(EnhancedAuth enhanced) {
    MqttEncoder.enhanced(properties, enhanced);
    return this;
  }

  /** What this broker is called among bridges, for one of them. */
  public ConnackEncoder broker(String id) {
    text(Property.USER_PROPERTY, BridgePath.NAME);
    Utf8.write(properties, id.getBytes(StandardCharsets.US_ASCII));
    return this;
  }

  private ConnackEncoder text(int identifier, String value) {
    properties.writeByte(identifier);
    Utf8.write(properties, value.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /** Bytes of the packet as an MQTT 5 client gets it. */
  public int size() {
    int length = 2 + VarInt.size(properties.readableBytes()) + properties.readableBytes();
    return 1 + VarInt.size(length) + length;
  }

  /**
   * Writes the packet for MQTT 5.
   *
   * @param encoder its properties, null = none
   */
  public static void write(
      ByteBuf out, ReasonCode reason, boolean sessionPresent, @Nullable ConnackEncoder encoder) {
    ByteBuf properties = encoder == null ? Unpooled.EMPTY_BUFFER : encoder.properties;
    int length = properties.readableBytes();
    out.writeByte(PacketType.CONNACK << 4);
    VarInt.write(out, 2 + VarInt.size(length) + length);
    out.writeByte(sessionPresent ? 1 : 0).writeByte(reason.code());
    VarInt.write(out, length);
    out.writeBytes(properties, properties.readerIndex(), length);
  }

  /**
   * Writes the packet for MQTT 3.1 and 3.1.1.
   *
   * @param returnCode 0 to 5, table 3.1 of MQTT 3.1.1
   */
  public static void writeV3(ByteBuf out, int returnCode, boolean sessionPresent) {
    out.writeInt(PacketType.CONNACK << 28 | 2 << 16 | (sessionPresent ? 1 : 0) << 8 | returnCode);
  }
}
