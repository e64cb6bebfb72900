package io.nanomq.api.publish;

import io.nanomq.api.json.ApiException;
import io.nanomq.codec.MessageProperties;
import io.nanomq.codec.VarInt;
import io.nanomq.config.model.MqttConf;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.TopicName;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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
  private static final String FORMAT = "payload_format_indicator";
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
          FORMAT,
          "message_expiry_interval",
          "content_type",
          "response_topic",
          "correlation_data",
          "user_properties");
  private static final List<String> ENCODINGS = List.of("plain", "base64");
  private static final int EXPIRY_BYTES = 5;
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
    var properties = new Fields(fields.object("properties"), PROPERTIES);
    var request =
        new PublishRequest(
            topics,
            payload,
            encode(properties, conf),
            (int) fields.number("qos", 2, 0),
            fields.flag("retain"),
            properties.number("message_expiry_interval", MAX_EXPIRY, -1));
    if (properties.number(FORMAT, 1, 0) == 1 && !isUtf8(payload)) {
      throw ApiException.badParameter("The payload is not the UTF-8 that its properties promise");
    }
    topics.forEach(topic -> request.checkSize(topic, conf.maxPacketBytes()));
    return request;
  }

  // As a PUBLISH of MQTT 5 the message would be no longer than what a client may send.
  private void checkSize(String topic, int maxBytes) {
    int ownProperties = properties.length + (expirySeconds < 0 ? 0 : EXPIRY_BYTES);
    int remaining =
        2
            + topic.getBytes(StandardCharsets.UTF_8).length
            + (qos > 0 ? 2 : 0)
            + VarInt.size(ownProperties)
            + ownProperties
            + payload.length;
    if (1 + VarInt.size(remaining) + remaining > maxBytes) {
      throw ApiException.badParameter("The message is larger than max_packet_size");
    }
  }

  private static boolean isUtf8(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  PublishMessage message(String topic, long nowMillis) {
    long expiresAt = expirySeconds < 0 ? PublishMessage.NEVER : nowMillis + expirySeconds * 1000;
    return new PublishMessage(TopicName.of(topic), payload, properties, qos, retain, expiresAt);
  }

  // As in the reference: "encoding" is what the broker does to the payload, "decoding" its reverse.
  private static byte[] payload(Fields fields) {
    byte[] payload = utf8(fields, "payload");
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

  // Half of a surrogate pair would become a question mark.
  private static byte[] utf8(Fields fields, String name) {
    try {
      ByteBuffer bytes =
          StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(fields.text(name)));
      return Arrays.copyOf(bytes.array(), bytes.limit());
    } catch (CharacterCodingException e) {
      throw ApiException.badParameter("The field " + name + " holds half of a surrogate pair");
    }
  }

  private static byte[] encode(Fields fields, MqttConf conf) {
    var out = new MessageProperties(conf.maxPropertyBytes());
    try {
      if (fields.number(FORMAT, 1, 0) == 1) {
        out.payloadFormat(true);
      }
      addText(fields, out);
      for (Map.Entry<String, @Nullable Object> each : fields.object("user_properties").entrySet()) {
        out.userProperty(each.getKey(), userValue(each.getKey(), each.getValue()));
      }
    } catch (IllegalArgumentException e) {
      throw ApiException.badParameter(String.valueOf(e.getMessage()));
    }
    return out.toBytes();
  }

  // NanoMQ's own example of this request has a number there.
  private static String userValue(String name, @Nullable Object value) {
    // What is too large for the type that it is read as has lost its text.
    boolean isLost = value instanceof Double number && number.isInfinite();
    if (value instanceof String || value instanceof Boolean || value instanceof Number && !isLost) {
      return value.toString();
    }
    throw ApiException.badParameter(
        "A user property is neither a string nor a number nor a boolean: " + name);
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
      out.correlationData(utf8(fields, "correlation_data"));
    }
  }
}
