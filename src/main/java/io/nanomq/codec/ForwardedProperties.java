package io.nanomq.codec;

import io.netty.buffer.ByteBuf;

/**
 * The properties of a message that a server passes on unaltered: Payload Format Indicator, Content
 * Type, Response Topic, Correlation Data and User Properties [MQTT-3.3.2-4] [MQTT-3.3.2-15]
 * [MQTT-3.3.2-16] [MQTT-3.3.2-17] [MQTT-3.3.2-20].
 */
final class ForwardedProperties {
  /** Will Delay Interval and Message Expiry Interval, each once at most. */
  private static final int MOST_LEFT_OUT = 2;

  private final ByteBuf in;
  private final int begin;
  private final int[] starts = new int[MOST_LEFT_OUT];
  private final int[] ends = new int[MOST_LEFT_OUT];
  private int count;

  /**
   * Those of a packet that is read from here on.
   *
   * @param in stands where the first property begins
   */
  ForwardedProperties(ByteBuf in) {
    this.in = in;
    this.begin = in.readerIndex();
  }

  /** The property that was read last, of so many bytes, is not one of them. */
  void leaveOut(int bytes) {
    ends[count] = in.readerIndex();
    starts[count] = ends[count] - bytes;
    count++;
  }

  /**
   * All that were read but for those. They are copied once: a packet may bring thousands, and to
   * gather them one by one made garbage of several times their size.
   */
  byte[] bytes() {
    int size = in.readerIndex() - begin;
    for (int i = 0; i < count; i++) {
      size -= ends[i] - starts[i];
    }
    byte[] kept = new byte[size];
    int from = begin;
    int to = 0;
    for (int i = 0; i < count; i++) {
      in.getBytes(from, kept, to, starts[i] - from);
      to += starts[i] - from;
      from = ends[i];
    }
    in.getBytes(from, kept, to, size - to);
    return kept;
  }

  /**
   * Passes over the value of property {@code id}.
   *
   * @throws ProtocolError where the value is not what the specification allows
   */
  static void check(PropertyReader properties, ByteBuf in, int id) {
    switch (id) {
      case Property.PAYLOAD_FORMAT_INDICATOR -> properties.readFlag();
      case Property.CONTENT_TYPE -> properties.skipString("content type");
      case Property.CORRELATION_DATA -> properties.skipBinary("correlation data");
      case Property.USER_PROPERTY -> properties.skipUserProperty();
      case Property.RESPONSE_TOPIC -> {
        int start = in.readerIndex() + 2;
        properties.skipString("response topic");
        if (in.readerIndex() == start) {
          throw ProtocolError.protocol("response topic is empty [MQTT-4.7.3-1]");
        }
        if (TopicRules.hasWildcard(in, start, in.readerIndex() - start)) {
          throw ProtocolError.protocol("response topic has wildcards [MQTT-3.3.2-14]");
        }
      }
      default -> throw ProtocolError.malformed("property " + id + " may not stand here");
    }
  }
}
