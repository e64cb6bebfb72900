package io.nanomq.api.publish;

import io.nanomq.api.json.ApiException;
import io.nanomq.codec.VarInt;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Messages that differ in nothing but their topics, checked.
 *
 * @param topics legal names, one message each
 * @param properties of MQTT 5, encoded, without the expiry
 * @param expirySeconds Message Expiry Interval, {@link #NEVER} = none
 */
@SuppressWarnings("ArrayRecordComponent")
record Publication(
    List<String> topics,
    byte[] payload,
    byte[] properties,
    int qos,
    boolean retain,
    long expirySeconds) {
  static final long NEVER = -1;

  private static final int EXPIRY_BYTES = 5;

  /**
   * As a PUBLISH of MQTT 5 no message may be longer than what a client may send.
   *
   * @throws ApiException 400/108
   */
  void checkSize(int maxBytes) {
    topics.forEach(topic -> checkSize(topic, maxBytes));
  }

  private void checkSize(String topic, int maxBytes) {
    int ownProperties = properties.length + (expirySeconds == NEVER ? 0 : EXPIRY_BYTES);
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

  PublishMessage message(String topic, long nowMillis) {
    long expiresAt =
        expirySeconds == NEVER ? PublishMessage.NEVER : nowMillis + expirySeconds * 1000;
    return new PublishMessage(TopicName.of(topic), payload, properties, qos, retain, expiresAt);
  }
}
