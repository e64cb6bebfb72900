package io.nanomq.codec;

import io.netty.buffer.ByteBuf;

/**
 * The properties of a message that a server passes on unaltered: Payload Format Indicator, Content
 * Type, Response Topic, Correlation Data and User Properties [MQTT-3.3.2-4] [MQTT-3.3.2-15]
 * [MQTT-3.3.2-16] [MQTT-3.3.2-17] [MQTT-3.3.2-20].
 */
final class ForwardedProperties {
  private ForwardedProperties() {}

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
