package io.nanomq.api;

import io.nanomq.codec.MessageProperties;
import io.nanomq.config.MqttConf;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@code /mqtt/publish} is asked to publish, checked.
 *
 * @param topics legal names, one message each
 * @param expirySeconds Message Expiry Interval, -1 = none
 */
@SuppressWarnings("ArrayRecordComponent")
record PublishRequest(
    List<String> topics,
    byte[] payload,
    byte[] properties,
    int qos,
    boolean retain,
    long expirySeconds) {
  private static final Set<String> KNOWN =
      Set.of(
          "topic",
          "topics",
          "payload",
          "encoding",
          "decoding",
          "qos",
          "retain",
          "clientid",
          "properties");
  private static final Set<String> PROPERTIES =
      Set.of(
          "payload_format_indicator",
          "message_expiry_interval",
          "content_type",
          "response_topic",
          "correlation_data",
          "user_properties");
  private static final List<String> ENCODINGS = List.of("plain", "base64");
  private static final long MAX_EXPIRY = 0xFFFF_FFFFL;

  /**
   * Reads one message.
   *
   * @throws ApiException 400 with 107, 108 or 115
   */
  static PublishRequest parse(Map<String, @Nullable Object> members, MqttConf conf) {
    var fields = new Fields(members, KNOWN);
    List<String> topics = fields.topics();
    topics.forEach(topic -> Topics.checkPublish(topic, conf));
    fields.text("clientid", "");
    byte[] payload = payload(fields);
    if (payload.length > conf.maxPacketBytes()) {
      throw ApiException.badParameter("The payload is larger than max_packet_size");
    }
    var properties = new Fields(fields.object("properties"), PROPERTIES);
    return new PublishRequest(
        topics,
        payload,
        encode(properties, conf),
        (int) fields.number("qos", 2, 0),
        fields.flag("retain"),
        properties.number("message_expiry_interval", MAX_EXPIRY, -1));
  }

  PublishMessage message(String topic, long nowMillis) {
    long expiresAt = expirySeconds < 0 ? PublishMessage.NEVER : nowMillis + expirySeconds * 1000;
    return new PublishMessage(TopicName.of(topic), payload, properties, qos, retain, expiresAt);
  }

  // As in the reference: "encoding" is what the broker does to the payload, "decoding" its reverse.
  private static byte[] payload(Fields fields) {
    byte[] payload = fields.text("payload").getBytes(StandardCharsets.UTF_8);
    if (fields.oneOf("decoding", ENCODINGS).equals("base64")) {
      try {
        payload = Base64.getDecoder().decode(payload);
      } catch (IllegalArgumentException e) {
        throw ApiException.badParameter("The payload is not base64");
      }
    }
    boolean encodes = fields.oneOf("encoding", ENCODINGS).equals("base64");
    return encodes ? Base64.getEncoder().encode(payload) : payload;
  }

  private static byte[] encode(Fields fields, MqttConf conf) {
    var out = new MessageProperties(conf.maxPropertyBytes());
    try {
      if (fields.number("payload_format_indicator", 1, 0) == 1) {
        out.payloadFormat(true);
      }
      addText(fields, out);
      for (Map.Entry<String, @Nullable Object> each : fields.object("user_properties").entrySet()) {
        if (!(each.getValue() instanceof String value)) {
          throw ApiException.badParameter("A user property is not a string: " + each.getKey());
        }
        out.userProperty(each.getKey(), value);
      }
    } catch (IllegalArgumentException e) {
      throw ApiException.badParameter(String.valueOf(e.getMessage()));
    }
    return out.toBytes();
  }

  private static void addText(Fields fields, MessageProperties out) {
    String type = fields.text("content_type", "");
    if (!type.isEmpty()) {
      out.contentType(type);
    }
    String response = fields.text("response_topic", "");
    if (!response.isEmpty()) {
      out.responseTopic(response);
    }
    String correlation = fields.text("correlation_data", "");
    if (!correlation.isEmpty()) {
      out.correlationData(correlation.getBytes(StandardCharsets.UTF_8));
    }
  }
}
