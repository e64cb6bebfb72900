package io.nanomq.packet;

import org.jspecify.annotations.Nullable;

/**
 * An application message that outlives the packet that brought it: queued, in flight, retained or
 * on its way to another loop. Immutable, so that any thread may hold it; it pins no receive buffer.
 */
public final class PublishMessage {
  /** {@link #expiresAtMillis} of a message that never expires. */
  public static final long NEVER = Long.MAX_VALUE;

  private static final byte[] NONE = new byte[0];

  /** This object, its topic's, and the heads of four arrays. */
  private static final int OBJECT_OVERHEAD_BYTES = 168;

  private final TopicName topic;
  private final byte[] payload;
  private final byte[] properties;
  private final long expiresAtMillis;
  private final byte qos;
  private final boolean retain;
  private final @Nullable String publisher;

  /**
   * @param topic where it was published
   * @param payload handed over, not copied
   * @param properties the encoded MQTT 5 properties that are passed on unaltered (payload format,
   *     content type, response topic, correlation data, user properties), without their length
   * @param qos 0 to 2, as published
   * @param retain the RETAIN flag as published
   * @param expiresAtMillis when it is no longer delivered, on the clock of the loops; {@link
   *     #NEVER}
   */
  public PublishMessage(
      TopicName topic,
      byte[] payload,
      byte[] properties,
      int qos,
      boolean retain,
      long expiresAtMillis) {
    this(topic, payload, properties, qos, retain, expiresAtMillis, null);
  }

  private PublishMessage(
      TopicName topic,
      byte[] payload,
      byte[] properties,
      int qos,
      boolean retain,
      long expiresAtMillis,
      @Nullable String publisher) {
    this.topic = topic;
    this.payload = payload;
    this.properties = properties.length == 0 ? NONE : properties;
    this.qos = (byte) qos;
    this.retain = retain;
    this.expiresAtMillis = expiresAtMillis;
    this.publisher = publisher;
  }

  /**
   * The same with the client that published it, which only a retained message has to remember.
   *
   * @param clientId kept, not copied
   */
  public PublishMessage by(String clientId) {
    return new PublishMessage(topic, payload, properties, qos, retain, expiresAtMillis, clientId);
  }

  /** Client identifier of who published it; null where nobody noted it. */
  public @Nullable String publisher() {
    return publisher;
  }

  public TopicName topic() {
    return topic;
  }

  public byte[] payload() {
    return payload;
  }

  public byte[] properties() {
    return properties;
  }

  public int qos() {
    return qos;
  }

  public boolean retain() {
    return retain;
  }

  public long expiresAtMillis() {
    return expiresAtMillis;
  }

  public boolean isExpired(long nowMillis) {
    return expiresAtMillis <= nowMillis;
  }

  /** What it costs to keep, in bytes: for the bounds of queues. */
  public int retainedBytes() {
    // A topic may be as long as a payload, and is kept as text and as bytes; that it may be shared
    // with others is not relied on.
    int bytes = topic.keptBytes() + payload.length + properties.length + OBJECT_OVERHEAD_BYTES;
    return publisher == null ? bytes : bytes + 2 * publisher.length();
  }
}
