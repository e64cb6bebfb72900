package io.nanomq.codec;

import io.nanomq.packet.Connect;
import io.nanomq.packet.ConnectProperties;
import io.nanomq.packet.EnhancedAuth;
import io.nanomq.packet.TopicName;
import io.nanomq.packet.Will;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads CONNECT, MQTT 5.0 and 3.1.1 section 3.1, and MQTT 3.1. */
public final class ConnectDecoder {
  private static final byte[] MQTT = "MQTT".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] MQISDP = "MQIsdp".getBytes(StandardCharsets.US_ASCII);

  /** Bit of the level by which a bridge marks itself before MQTT 5. */
  private static final int BRIDGE = 0x80;

  private final int maxPropertyBytes;
  // this packet
  private int version;
  private long sessionExpirySeconds;
  private int receiveMaximum = 65_535;
  private int maximumPacketSize;
  private int topicAliasMaximum;
  private boolean requestResponseInformation;
  private boolean requestProblemInformation = true;
  private boolean bridge;
  private @Nullable String authenticationMethod;
  private byte @Nullable [] authenticationData;

  private ConnectDecoder(int maxPropertyBytes) {
    this.maxPropertyBytes = maxPropertyBytes;
  }

  /**
   * Reads one CONNECT.
   *
   * @param in narrowed to the packet's body
   * @param flags lower four bits of the first byte
   * @param maxPropertyBytes largest MQTT 5 property value
   * @throws ProtocolError 0x84 for a version that is not served, 0x81 or 0x82 as the clause says;
   *     {@link ConnectError} where the version was already known
   */
  public static Connect decode(ByteBuf in, int flags, int maxPropertyBytes) {
    ConnectDecoder decoder = new ConnectDecoder(maxPropertyBytes);
    try {
      return decoder.decode(in, flags);
    } catch (ProtocolError error) {
      throw new ConnectError(decoder.version, error);
    }
  }

  /** A CONNECT that is refused, with the version in which the answer has to be written. */
  public static final class ConnectError extends RuntimeException {
    private final int version;
    private final ProtocolError error;

    ConnectError(int version, ProtocolError error) {
      super(error.getMessage(), null, false, false);
      this.version = version;
      this.error = error;
    }

    /** 3, 4 or 5; 0 where the packet was not MQTT as far as it was read. */
    public int version() {
      return version;
    }

    public ProtocolError error() {
      return error;
    }
  }

  private Connect decode(ByteBuf in, int headerFlags) {
    if (headerFlags != 0) {
      throw ProtocolError.malformed("CONNECT has reserved header flags set");
    }
    readVersion(in);
    if (in.readableBytes() < 3) {
      throw ProtocolError.malformed("CONNECT is cut off");
    }
    int flags = in.readUnsignedByte();
    checkFlags(flags);
    boolean cleanStart = (flags & 0x02) != 0;
    int keepAlive = in.readUnsignedShort();
    if (version == 5) {
      readProperties(in);
    }
    String clientId = Utf8.read(in, "client identifier");
    Will will = (flags & 0x04) == 0 ? null : readWill(in, flags);
    String username = (flags & 0x80) == 0 ? null : Utf8.read(in, "user name");
    byte[] password = (flags & 0x40) == 0 ? null : Utf8.readBytes(in, "password");
    if (in.isReadable()) {
      throw ProtocolError.malformed("CONNECT has bytes behind its last field");
    }
    return new Connect(
        version, clientId, cleanStart, keepAlive, username, password, will, properties(cleanStart));
  }

  // All older clients share two of them: they are kept for as long as the session is.
  private ConnectProperties properties(boolean cleanStart) {
    if (version != 5) {
      ConnectProperties shared =
          cleanStart ? ConnectProperties.NONE : ConnectProperties.NEVER_EXPIRES;
      return bridge ? shared.ofBridge() : shared;
    }
    return new ConnectProperties(
        sessionExpirySeconds,
        receiveMaximum,
        maximumPacketSize,
        topicAliasMaximum,
        requestResponseInformation,
        requestProblemInformation,
        bridge,
        authenticationMethod == null
            ? null
            : new EnhancedAuth(authenticationMethod, authenticationData));
  }

  private void readVersion(ByteBuf in) {
    byte[] name = Utf8.readBytes(in, "protocol name");
    if (!in.isReadable()) {
      throw ProtocolError.malformed("CONNECT is cut off");
    }
    int level = in.readUnsignedByte();
    if (Arrays.equals(name, MQTT)) {
      // What is newer than us most likely understands the newest answer that we can give. Bit 7 is
      // how bridges of other brokers mark themselves; NanoMQ and Mosquitto serve them.
      bridge = level == (BRIDGE | 4);
      version = level >= 5 && level < BRIDGE ? 5 : 4;
      if (version != level && !bridge) {
        throw new ProtocolError(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION, "MQTT level " + level);
      }
    } else if (Arrays.equals(name, MQISDP)) {
      version = 3;
      bridge = level == (BRIDGE | 3);
      if (level != 3 && !bridge) {
        throw new ProtocolError(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION, "MQIsdp level " + level);
      }
    } else {
      throw ProtocolError.malformed("not MQTT");
    }
  }

  private void checkFlags(int flags) {
    if (version != 3 && (flags & 0x01) != 0) {
      throw ProtocolError.malformed("reserved connect flag is set [MQTT-3.1.2-3]");
    }
    int willQos = flags >> 3 & 3;
    boolean will = (flags & 0x04) != 0;
    if (willQos == 3 || !will && (flags & 0x38) != 0) {
      throw ProtocolError.malformed("will flags contradict each other [MQTT-3.1.2-11]");
    }
    if (version < 5 && (flags & 0xC0) == 0x40) {
      throw ProtocolError.malformed("password without user name [MQTT-3.1.2-22]");
    }
  }

  private void readProperties(ByteBuf in) {
    PropertyReader properties = new PropertyReader(in, Property.IN_CONNECT, maxPropertyBytes);
    for (int id = properties.next(); id >= 0; id = properties.next()) {
      switch (id) {
        case Property.SESSION_EXPIRY_INTERVAL -> sessionExpirySeconds = properties.readInt();
        case Property.RECEIVE_MAXIMUM -> receiveMaximum = notZero(properties.readShort());
        case Property.MAXIMUM_PACKET_SIZE ->
            maximumPacketSize = (int) Math.min(Integer.MAX_VALUE, notZero(properties.readInt()));
        case Property.TOPIC_ALIAS_MAXIMUM -> topicAliasMaximum = properties.readShort();
        case Property.REQUEST_RESPONSE_INFORMATION ->
            requestResponseInformation = properties.readFlag();
        case Property.REQUEST_PROBLEM_INFORMATION ->
            requestProblemInformation = properties.readFlag();
        case Property.AUTHENTICATION_METHOD ->
            authenticationMethod = properties.readString("authentication method");
        case Property.AUTHENTICATION_DATA ->
            authenticationData = properties.readBinary("authentication data");
        default -> bridge |= properties.readUserProperty(BridgePath.NAME) != null;
      }
    }
    if (authenticationData != null && authenticationMethod == null) {
      throw ProtocolError.protocol("authentication data without a method");
    }
  }

  private static int notZero(int value) {
    return (int) notZero((long) value);
  }

  private static long notZero(long value) {
    if (value == 0) {
      throw ProtocolError.protocol("a property must not be 0");
    }
    return value;
  }

  private Will readWill(ByteBuf in, int flags) {
    long delaySeconds = 0;
    long expirySeconds = -1;
    byte[] forwarded = {};
    if (version == 5) {
      PropertyReader properties = new PropertyReader(in, Property.IN_WILL, maxPropertyBytes);
      var kept = new ForwardedProperties(in);
      for (int id = properties.next(); id >= 0; id = properties.next()) {
        if (id == Property.WILL_DELAY_INTERVAL) {
          delaySeconds = properties.readInt();
          kept.leaveOut(1 + Integer.BYTES);
        } else if (id == Property.MESSAGE_EXPIRY_INTERVAL) {
          expirySeconds = properties.readInt();
          kept.leaveOut(1 + Integer.BYTES);
        } else {
          ForwardedProperties.check(properties, in, id);
        }
      }
      forwarded = kept.bytes();
    }
    TopicName topic = TopicName.of(Utf8.read(in, "will topic"));
    TopicRules.checkName(topic.utf8());
    byte[] payload = Utf8.readBytes(in, "will payload");
    boolean retain = (flags & 0x20) != 0;
    return new Will(topic, payload, forwarded, flags >> 3 & 3, retain, delaySeconds, expirySeconds);
  }
}
