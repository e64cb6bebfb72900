package io.nanomq.packet;

/**
 * A Will Message as it came in CONNECT, MQTT 5.0 section 3.1.3.
 *
 * @param topic a legal topic name
 * @param payload may be empty
 * @param properties encoded properties to pass on, without their length
 * @param qos 0 to 2
 * @param retain whether it is published as a retained message
 * @param delaySeconds Will Delay Interval, 0 to 0xFFFFFFFF
 * @param expirySeconds Message Expiry Interval, -1 = none
 */
public record Will(
    TopicName topic,
    byte[] payload,
    byte[] properties,
    int qos,
    boolean retain,
    long delaySeconds,
    long expirySeconds) {

  private static final int OBJECT_OVERHEAD_BYTES = 192;

  /** The same to another topic. */
  public Will withTopic(TopicName other) {
    return new Will(other, payload, properties, qos, retain, delaySeconds, expirySeconds);
  }

  /** The same after another Will Delay Interval. */
  public Will withDelay(long seconds) {
    return new Will(topic, payload, properties, qos, retain, seconds, expirySeconds);
  }

  /**
   * Whether it is published even where its client's connection and session end with the process.
   * Who gets a message of QoS 0 that is not retained is connected, and at a start nobody is.
   */
  public boolean outlivesProcess() {
    return qos > 0 || retain;
  }

  /** What it costs to keep, in bytes. */
  public int keptBytes() {
    return OBJECT_OVERHEAD_BYTES + topic.keptBytes() + payload.length + properties.length;
  }

  /** The message to publish now. */
  public PublishMessage toMessage(long nowMillis) {
    long expiresAt = expirySeconds < 0 ? PublishMessage.NEVER : nowMillis + expirySeconds * 1000;
    return new PublishMessage(topic, payload, properties, qos, retain, expiresAt);
  }
}
