package io.nanomq.codec;

import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.TopicName;
import io.netty.buffer.ByteBuf;

/**
 * Writes PUBLISH, MQTT 5.0 section 3.3, but for the payload: header, topic, packet identifier and
 * properties. Sizes are worked out first, so that what is written needs no moving.
 */
final class PublishEncoder {
  private static final byte[] NO_TOPIC = new byte[0];
  private static final int[] NO_IDENTIFIERS = new int[0];

  // this packet
  private byte[] topic = NO_TOPIC;
  private int topicStart;
  private boolean v5;
  private boolean withId;
  private int alias;
  private long expirySeconds;
  private int[] identifiers = NO_IDENTIFIERS;
  private int forwardedLength;
  private int payloadLength;
  private int propertiesLength;
  private int remainingLength;

  /**
   * Takes over what the packet is made of; {@link #size} works out the sizes.
   *
   * @param cut bytes at the beginning of the topic that do not go out
   * @param isV5 whether it has properties: MQTT 5
   * @param withId whether there is a packet identifier: QoS above 0
   * @param alias 0 = none
   * @param sendTopic whether the topic goes out, or only the alias that stands for it
   * @param expirySeconds -1 = none
   * @param identifiers Subscription Identifiers
   */
  void prepare(
      TopicName name,
      int cut,
      boolean isV5,
      boolean withId,
      int alias,
      boolean sendTopic,
      long expirySeconds,
      int[] identifiers) {
    this.topic = sendTopic ? name.utf8() : NO_TOPIC;
    this.topicStart = sendTopic ? cut : 0;
    this.v5 = isV5;
    this.withId = withId;
    this.alias = alias;
    this.expirySeconds = expirySeconds;
    this.identifiers = identifiers;
  }

  /**
   * Works out the sizes.
   *
   * @param forwarded bytes of the properties to pass on
   * @param payload bytes of the payload
   * @return bytes of the whole packet
   */
  int size(int forwarded, int payload) {
    forwardedLength = v5 ? forwarded : 0;
    payloadLength = payload;
    remainingLength = 2 + topic.length - topicStart + (withId ? 2 : 0) + payload;
    if (v5) {
      propertiesLength = forwarded + (alias > 0 ? 3 : 0) + (expirySeconds >= 0 ? 5 : 0);
      for (int identifier : identifiers) {
        propertiesLength += 1 + VarInt.size(identifier);
      }
      remainingLength += VarInt.size(propertiesLength) + propertiesLength;
    }
    return 1 + VarInt.size(remainingLength) + remainingLength;
  }

  /**
   * Writes all but the properties to pass on and the payload, which follow in this order.
   *
   * @return offset of the packet identifier from the first byte
   */
  int writeHead(ByteBuf out, int firstByte, int packetId) {
    int start = out.writerIndex();
    out.writeByte(firstByte);
    VarInt.write(out, remainingLength);
    int topicLength = topic.length - topicStart;
    out.writeShort(topicLength).writeBytes(topic, topicStart, topicLength);
    int packetIdOffset = out.writerIndex() - start;
    if (withId) {
      out.writeShort(packetId);
    }
    if (v5) {
      writeOwnProperties(out);
    }
    return packetIdOffset;
  }

  private void writeOwnProperties(ByteBuf out) {
    VarInt.write(out, propertiesLength);
    if (expirySeconds >= 0) {
      out.writeByte(Property.MESSAGE_EXPIRY_INTERVAL).writeInt((int) expirySeconds);
    }
    if (alias > 0) {
      out.writeByte(Property.TOPIC_ALIAS).writeShort(alias);
    }
    for (int identifier : identifiers) {
      out.writeByte(Property.SUBSCRIPTION_IDENTIFIER);
      VarInt.write(out, identifier);
    }
  }

  // The loops' clocks are a tick apart at most: what has just come is not to look older, or
  // younger.
  private static final int CLOCK_TOLERANCE_MILLIS = 200;

  /** Seconds left of a message's life, rounded up; -1 where it lives for ever [MQTT-3.3.2-6]. */
  static long secondsLeft(PublishMessage message, long nowMillis) {
    if (message.expiresAtMillis() == PublishMessage.NEVER) {
      return -1;
    }
    long left = message.expiresAtMillis() - nowMillis - CLOCK_TOLERANCE_MILLIS;
    return Math.max(0, (left + 999) / 1000);
  }
}
