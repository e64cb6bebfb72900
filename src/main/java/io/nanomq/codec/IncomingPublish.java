package io.nanomq.codec;

import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.TopicName;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The PUBLISH that is being handled: where its parts lie in the receive buffer. One per loop,
 * filled anew for each packet by {@link PublishDecoder}; not valid beyond the handling of that
 * packet.
 */
public final class IncomingPublish {
  private static final byte[] NONE = new byte[0];

  private final boolean fromServer;
  // this packet; indices are absolute
  @Nullable ByteBuf in;
  boolean v5;
  int start;
  int end;
  int qos;
  boolean dup;
  boolean retain;
  int packetId;
  int topicStart;
  int topicLength;
  int alias;
  long expirySeconds;
  int propertiesStart;
  int propertiesEnd;
  int forwardedLength;
  int payloadStart;
  private @Nullable TopicName topic;
  boolean renamed;

  /** One that clients send. */
  public IncomingPublish() {
    this(false);
  }

  /**
   * @param fromServer whether servers send it, with Subscription Identifiers where they like
   */
  public IncomingPublish(boolean fromServer) {
    this.fromServer = fromServer;
  }

  boolean isFromServer() {
    return fromServer;
  }

  void reset(ByteBuf buffer, boolean isV5, int from, int to) {
    in = buffer;
    v5 = isV5;
    start = from;
    end = to;
    packetId = 0;
    alias = 0;
    expirySeconds = -1;
    propertiesStart = 0;
    propertiesEnd = 0;
    forwardedLength = 0;
    topic = null;
    renamed = false;
  }

  /** The buffer that the indices are of. */
  public ByteBuf buffer() {
    ByteBuf buffer = in;
    if (buffer == null) {
      throw new IllegalStateException("no PUBLISH is being handled");
    }
    return buffer;
  }

  public int qos() {
    return qos;
  }

  public boolean retain() {
    return retain;
  }

  /** 1 to 65,535; 0 at QoS 0. */
  public int packetId() {
    return packetId;
  }

  public int topicStart() {
    return topicStart;
  }

  /** Bytes of the topic name; 0 where only an alias stands for it. */
  public int topicLength() {
    return topicLength;
  }

  /** Topic Alias, 0 = none. */
  public int alias() {
    return alias;
  }

  public int payloadLength() {
    return end - payloadStart;
  }

  /** Whether it has properties that are passed on. */
  public boolean hasForwardedProperties() {
    return forwardedLength > 0;
  }

  /** The topic, once the handler has found it. */
  public TopicName topic() {
    TopicName name = topic;
    if (name == null) {
      throw new IllegalStateException("topic is not known yet");
    }
    return name;
  }

  public void topic(TopicName name) {
    topic = name;
  }

  /** The topic is not the one in the buffer: it is mounted, delayed or rewritten. */
  public void renamed() {
    renamed = true;
  }

  /**
   * A copy that outlives the packet.
   *
   * @param nowMillis clock of the loop, for the expiry
   */
  public PublishMessage toMessage(long nowMillis) {
    ByteBuf buffer = buffer();
    byte[] payload = new byte[payloadLength()];
    buffer.getBytes(payloadStart, payload);
    byte[] properties = NONE;
    if (forwardedLength > 0) {
      properties = new byte[forwardedLength];
      copyForwarded(buffer, properties);
    }
    long expiresAt = expirySeconds < 0 ? PublishMessage.NEVER : nowMillis + expirySeconds * 1000;
    return new PublishMessage(topic(), payload, properties, qos, retain, expiresAt);
  }

  private void copyForwarded(ByteBuf buffer, byte[] to) {
    if (forwardedLength == propertiesEnd - propertiesStart) {
      buffer.getBytes(propertiesStart, to);
      return;
    }
    int at = 0;
    int i = propertiesStart;
    while (i < propertiesEnd) {
      int length = PublishDecoder.propertyLength(buffer, i);
      if (!PublishDecoder.isConsumedHere(buffer.getByte(i))) {
        buffer.getBytes(i, to, at, length);
        at += length;
      }
      i += length;
    }
  }
}
