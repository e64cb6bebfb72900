package io.nanomq.codec.client;

import io.nanomq.codec.PacketType;
import io.nanomq.codec.Property;
import io.nanomq.codec.PropertyWriter;
import io.nanomq.codec.Utf8;
import io.nanomq.codec.VarInt;
import io.nanomq.packet.Connect;
import io.nanomq.packet.Subscription;
import io.nanomq.packet.Will;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes the packets that only clients send: CONNECT, SUBSCRIBE, UNSUBSCRIBE and PINGREQ. */
public final class ClientEncoder {
  private static final int MAX_RECEIVE_MAXIMUM = 65_535;

  /** Bit of the protocol level by which a bridge says in MQTT 3.1 and 3.1.1 that it is one. */
  private static final int BRIDGE = 0x80;

  private ClientEncoder() {}

  /**
   * Writes CONNECT, MQTT 5.0 section 3.1.
   *
   * @param bridge whether the server is told that a bridge connects, before MQTT 5
   * @param user encoded User Properties, of MQTT 5
   */
  public static void connect(ByteBuf out, Connect connect, boolean bridge, byte[] user) {
    int version = connect.version();
    ByteBuf body = out.alloc().buffer();
    try {
      text(body, version == 3 ? "MQIsdp" : "MQTT");
      body.writeByte(version < 5 && bridge ? version | BRIDGE : version);
      body.writeByte(flags(connect)).writeShort(connect.keepAliveSeconds());
      if (version == 5) {
        section(body, properties(connect).encoded(user).bytes());
      }
      text(body, connect.clientId());
      Will will = connect.will();
      if (will != null) {
        will(body, will, version);
      }
      String username = connect.username();
      if (username != null) {
        text(body, username);
      }
      byte[] password = connect.password();
      if (password != null) {
        Utf8.write(body, password);
      }
      packet(out, PacketType.CONNECT << 4, body);
    } finally {
      body.release();
    }
  }

  private static int flags(Connect connect) {
    Will will = connect.will();
    int flags = connect.cleanStart() ? 0x02 : 0;
    if (will != null) {
      flags |= 0x04 | will.qos() << 3 | (will.retain() ? 0x20 : 0);
    }
    flags |= connect.password() == null ? 0 : 0x40;
    return flags | (connect.username() == null ? 0 : 0x80);
  }

  private static PropertyWriter properties(Connect connect) {
    var properties = new PropertyWriter();
    if (connect.sessionExpirySeconds() > 0) {
      properties.number4(Property.SESSION_EXPIRY_INTERVAL, connect.sessionExpirySeconds());
    }
    if (connect.receiveMaximum() < MAX_RECEIVE_MAXIMUM) {
      properties.number2(Property.RECEIVE_MAXIMUM, connect.receiveMaximum());
    }
    if (connect.maximumPacketSize() > 0) {
      properties.number4(
          Property.MAXIMUM_PACKET_SIZE, Math.min(connect.maximumPacketSize(), VarInt.MAX));
    }
    if (connect.topicAliasMaximum() > 0) {
      properties.number2(Property.TOPIC_ALIAS_MAXIMUM, connect.topicAliasMaximum());
    }
    if (connect.requestResponseInformation()) {
      properties.number1(Property.REQUEST_RESPONSE_INFORMATION, 1);
    }
    if (!connect.requestProblemInformation()) {
      properties.number1(Property.REQUEST_PROBLEM_INFORMATION, 0);
    }
    return properties;
  }

  private static void will(ByteBuf body, Will will, int version) {
    if (version == 5) {
      var properties = new PropertyWriter();
      if (will.delaySeconds() > 0) {
        properties.number4(Property.WILL_DELAY_INTERVAL, will.delaySeconds());
      }
      if (will.expirySeconds() >= 0) {
        properties.number4(Property.MESSAGE_EXPIRY_INTERVAL, will.expirySeconds());
      }
      section(body, properties.encoded(will.properties()).bytes());
    }
    Utf8.write(body, will.topic().utf8());
    Utf8.write(body, will.payload());
  }

  /**
   * Writes SUBSCRIBE, MQTT 5.0 section 3.8.
   *
   * @param identifier Subscription Identifier of all of them, of MQTT 5; 0 = none
   * @param user encoded User Properties, of MQTT 5
   */
  public static void subscribe(
      ByteBuf out,
      int packetId,
      int version,
      List<Subscription> subscriptions,
      int identifier,
      byte[] user) {
    ByteBuf body = out.alloc().buffer();
    try {
      body.writeShort(packetId);
      if (version == 5) {
        var properties = new PropertyWriter();
        if (identifier > 0) {
          properties.identifier(identifier);
        }
        section(body, properties.encoded(user).bytes());
      }
      for (Subscription subscription : subscriptions) {
        text(body, subscription.filter());
        body.writeByte(version == 5 ? options(subscription) : subscription.qos());
      }
      packet(out, PacketType.SUBSCRIBE << 4 | 2, body);
    } finally {
      body.release();
    }
  }

  private static int options(Subscription subscription) {
    return subscription.qos()
        | (subscription.noLocal() ? 0x04 : 0)
        | (subscription.retainAsPublished() ? 0x08 : 0)
        | subscription.retainHandling() << 4;
  }

  /** Writes UNSUBSCRIBE, MQTT 5.0 section 3.10. */
  public static void unsubscribe(ByteBuf out, int packetId, int version, List<String> filters) {
    ByteBuf body = out.alloc().buffer();
    try {
      body.writeShort(packetId);
      if (version == 5) {
        body.writeByte(0);
      }
      filters.forEach(filter -> text(body, filter));
      packet(out, PacketType.UNSUBSCRIBE << 4 | 2, body);
    } finally {
      body.release();
    }
  }

  /** Writes PINGREQ. */
  public static void pingRequest(ByteBuf out) {
    out.writeShort(PacketType.PINGREQ << 12);
  }

  /** Writes DISCONNECT without a reason: the will is not published. */
  public static void disconnect(ByteBuf out) {
    out.writeShort(PacketType.DISCONNECT << 12);
  }

  private static void packet(ByteBuf out, int first, ByteBuf body) {
    out.writeByte(first);
    VarInt.write(out, body.readableBytes());
    out.writeBytes(body);
  }

  private static void section(ByteBuf body, byte[] properties) {
    VarInt.write(body, properties.length);
    body.writeBytes(properties);
  }

  private static void text(ByteBuf body, String text) {
    Utf8.write(body, text.getBytes(StandardCharsets.UTF_8));
  }
}
