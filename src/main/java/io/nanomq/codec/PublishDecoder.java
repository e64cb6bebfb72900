package io.nanomq.codec;

import io.netty.buffer.ByteBuf;

/** Reads PUBLISH, MQTT 5.0 section 3.3, without copying or allocating anything. */
public final class PublishDecoder {
  private PublishDecoder() {}

  /**
   * Finds the parts of one PUBLISH. The topic's characters are not checked here: a topic that was
   * seen before need not be checked again.
   *
   * @param in the receive buffer; its indices are left as they are
   * @param start index of the first byte
   * @param bodyStart index behind the remaining length
   * @param end index behind the packet
   * @param maxPropertyBytes largest MQTT 5 property value
   * @param to gets the parts
   * @throws ProtocolError 0x81, 0x82 or 0x94 as the clause says
   */
  public static void decode(
      ByteBuf in,
      int start,
      int bodyStart,
      int end,
      boolean v5,
      int maxPropertyBytes,
      IncomingPublish to) {
    to.reset(in, v5, start, end);
    int first = in.getByte(start);
    int qos = first >> 1 & 3;
    to.qos = qos;
    to.dup = (first & 8) != 0;
    to.retain = (first & 1) != 0;
    if (qos == 3 || qos == 0 && to.dup) {
      throw ProtocolError.malformed("PUBLISH has QoS 3, or DUP at QoS 0 [MQTT-3.3.1-4]");
    }
    int at = bodyStart + 2;
    if (at > end) {
      throw ProtocolError.malformed("PUBLISH is cut off");
    }
    int topicLength = in.getUnsignedShort(bodyStart);
    to.topicStart = at;
    to.topicLength = topicLength;
    at += topicLength;
    if (qos > 0) {
      at += 2;
    }
    if (at > end) {
      throw ProtocolError.malformed("PUBLISH is cut off");
    }
    if (qos > 0) {
      to.packetId = in.getUnsignedShort(at - 2);
      if (to.packetId == 0) {
        throw ProtocolError.malformed("packet identifier is 0 [MQTT-2.2.1-3]");
      }
    }
    to.payloadStart = v5 ? properties(in, at, end, maxPropertyBytes, to) : at;
    if (topicLength == 0 && to.alias == 0) {
      throw ProtocolError.protocol("topic name is empty and there is no alias");
    }
  }

  private static int properties(
      ByteBuf in, int at, int end, int maxPropertyBytes, IncomingPublish to) {
    if (at < end && in.getByte(at) == 0) {
      return at + 1;
    }
    int readerIndex = in.readerIndex();
    int writerIndex = in.writerIndex();
    in.setIndex(at, end);
    try {
      PropertyReader properties = new PropertyReader(in, Property.IN_PUBLISH, maxPropertyBytes);
      to.propertiesStart = in.readerIndex();
      if (to.isFromServer()) {
        properties.repeatable(Property.SUBSCRIPTION_IDENTIFIER);
      }
      readAll(properties, in, to);
      to.propertiesEnd = in.readerIndex();
      return to.propertiesEnd;
    } finally {
      in.setIndex(readerIndex, writerIndex);
    }
  }

  private static void readAll(PropertyReader properties, ByteBuf in, IncomingPublish to) {
    int consumedHere = 0;
    for (int id = properties.next(); id >= 0; id = properties.next()) {
      switch (id) {
        case Property.MESSAGE_EXPIRY_INTERVAL -> {
          to.expirySeconds = properties.readInt();
          consumedHere += 5;
        }
        case Property.TOPIC_ALIAS -> {
          to.alias = properties.readShort();
          consumedHere += 3;
          if (to.alias == 0) {
            throw new ProtocolError(ReasonCode.TOPIC_ALIAS_INVALID, "topic alias is 0");
          }
        }
        case Property.SUBSCRIPTION_IDENTIFIER -> {
          if (!to.isFromServer()) {
            throw ProtocolError.protocol("subscription identifier from a client [MQTT-3.3.4-6]");
          }
          consumedHere += 1 + VarInt.size(properties.readVarInt());
        }
        default -> ForwardedProperties.check(properties, in, id);
      }
    }
    to.forwardedLength = in.readerIndex() - to.propertiesStart - consumedHere;
  }

  /** Whether the property is meant for the server and not for those who get the message. */
  static boolean isConsumedHere(int identifier) {
    return identifier == Property.MESSAGE_EXPIRY_INTERVAL
        || identifier == Property.TOPIC_ALIAS
        || identifier == Property.SUBSCRIPTION_IDENTIFIER;
  }

  /** Bytes of the property at {@code at}, identifier included; the section is known to be legal. */
  static int propertyLength(ByteBuf in, int at) {
    return switch (in.getByte(at)) {
      case Property.PAYLOAD_FORMAT_INDICATOR -> 2;
      case Property.MESSAGE_EXPIRY_INTERVAL -> 5;
      case Property.TOPIC_ALIAS -> 3;
      case Property.SUBSCRIPTION_IDENTIFIER -> 1 + varIntLength(in, at + 1);
      case Property.USER_PROPERTY -> {
        int name = in.getUnsignedShort(at + 1);
        yield 5 + name + in.getUnsignedShort(at + 3 + name);
      }
      default -> 3 + in.getUnsignedShort(at + 1);
    };
  }

  private static int varIntLength(ByteBuf in, int at) {
    int length = 1;
    while (in.getByte(at + length - 1) < 0) {
      length++;
    }
    return length;
  }
}
