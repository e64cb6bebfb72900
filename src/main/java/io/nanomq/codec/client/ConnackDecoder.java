package io.nanomq.codec.client;

import io.nanomq.codec.BridgePath;
import io.nanomq.codec.Property;
import io.nanomq.codec.PropertyReader;
import io.nanomq.codec.ProtocolError;
import io.nanomq.packet.Connack;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Reads CONNACK, MQTT 5.0 and 3.1.1 section 3.2. */
public final class ConnackDecoder {
  private final PropertyReader properties;
  private int receiveMaximum = 65_535;
  private int maximumQos = 2;
  private boolean retainAvailable = true;
  private int maximumPacketSize;
  private int topicAliasMaximum;
  private int serverKeepAlive = -1;
  private @Nullable String assignedClientId;
  private @Nullable String reasonString;
  private @Nullable String broker;

  private ConnackDecoder(PropertyReader properties) {
    this.properties = properties;
  }

  /**
   * Reads one CONNACK.
   *
   * @param in narrowed to the packet's body
   * @param version in which CONNECT was written
   * @param maxPropertyBytes largest MQTT 5 property value
   * @throws ProtocolError 0x81 or 0x82 as the clause says
   */
  public static Connack decode(ByteBuf in, int version, int maxPropertyBytes) {
    if (in.readableBytes() < 2) {
      throw ProtocolError.malformed("CONNACK is cut off");
    }
    int flags = in.readUnsignedByte();
    int code = in.readUnsignedByte();
    if (flags > 1 || flags == 1 && code != 0) {
      throw ProtocolError.malformed("CONNACK has wrong flags [MQTT-3.2.2-1] [MQTT-3.2.2-6]");
    }
    // A server that does not know the version answers in another one.
    if (version < 5 || !in.isReadable()) {
      return new Connack(flags == 1, code, 65_535, 2, true, 0, 0, -1, null, null, null);
    }
    var reader = new PropertyReader(in, Property.IN_CONNACK, maxPropertyBytes);
    return new ConnackDecoder(reader).read(flags == 1, code);
  }

  private Connack read(boolean sessionPresent, int code) {
    for (int id = properties.next(); id >= 0; id = properties.next()) {
      property(id);
    }
    if (receiveMaximum == 0) {
      throw ProtocolError.protocol("Receive Maximum is 0");
    }
    return new Connack(
        sessionPresent,
        code,
        receiveMaximum,
        maximumQos,
        retainAvailable,
        maximumPacketSize,
        topicAliasMaximum,
        serverKeepAlive,
        assignedClientId,
        reasonString,
        broker);
  }

  private void user(@Nullable String value) {
    if (value != null && BridgePath.isId(value)) {
      broker = value;
    }
  }

  private void property(int id) {
    switch (id) {
      case Property.RECEIVE_MAXIMUM -> receiveMaximum = properties.readShort();
      case Property.MAXIMUM_QOS -> maximumQos = properties.readFlag() ? 1 : 0;
      case Property.RETAIN_AVAILABLE -> retainAvailable = properties.readFlag();
      case Property.MAXIMUM_PACKET_SIZE ->
          maximumPacketSize = (int) Math.min(Integer.MAX_VALUE, properties.readInt());
      case Property.TOPIC_ALIAS_MAXIMUM -> topicAliasMaximum = properties.readShort();
      case Property.SERVER_KEEP_ALIVE -> serverKeepAlive = properties.readShort();
      case Property.ASSIGNED_CLIENT_IDENTIFIER ->
          assignedClientId = properties.readString("client identifier");
      case Property.REASON_STRING -> reasonString = properties.readString("reason string");
      case Property.SESSION_EXPIRY_INTERVAL -> properties.readInt();
      case Property.USER_PROPERTY -> user(properties.readUserProperty(BridgePath.NAME));
      case Property.AUTHENTICATION_DATA -> properties.skipBinary("authentication data");
      case Property.AUTHENTICATION_METHOD,
          Property.RESPONSE_INFORMATION,
          Property.SERVER_REFERENCE ->
          properties.skipString("a text");
      default -> properties.readFlag();
    }
  }
}
