package io.nanomq.packet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * An application message that outlives the packet that brought it: queued, in flight, retained or
 * on its way to another loop. Any thread may hold it, and it pins no receive buffer.
 *
 * <p>Shared: immutable, but for how many sessions of one loop keep it. The loop that takes {@link
 * #counter} first counts, until it has counted down to nobody; another one gets a twin.
 */
public final class PublishMessage {
  /** {@link #expiresAtMillis} of a message that never expires. */
  public static final long NEVER = Long.MAX_VALUE;

  private static final byte[] NONE = new byte[0];
  private static final VarHandle COUNTER = counterHandle();

  /** This object, its topic's, and the heads of four arrays. */
  private static final int OBJECT_OVERHEAD_BYTES = 168;

  private final TopicName topic;
  private final byte[] payload;
  private final byte[] properties;
  private final long expiresAtMillis;
  private final byte qos;
  private final boolean retain;
  private final @Nullable String publisher;
  // Who counts: a loop's index + 1, 0 = nobody. That loop alone touches the references.
  private volatile int counter;
  private int references;

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

  /**
   * The same with the client that published it.
   *
   * @param publisher as {@link #publisher()}
   */
  public PublishMessage(
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
   * The same with the client that published it, which only a retained message has to remember, and
   * any while deliveries are told.
   *
   * @param clientId kept, not copied
   */
  public PublishMessage by(String clientId) {
    return new PublishMessage(topic, payload, properties, qos, retain, expiresAtMillis, clientId);
  }

  /**
   * The same with other properties.
   *
   * @param passedOn encoded, without their length
   */
  public PublishMessage with(byte[] passedOn) {
    return new PublishMessage(topic, payload, passedOn, qos, retain, expiresAtMillis, publisher);
  }

  private static VarHandle counterHandle() {
    try {
      return MethodHandles.lookup().findVarHandle(PublishMessage.class, "counter", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /**
   * This message, that no other loop knows yet, and whose references that loop counts.
   *
   * @param loop index of the calling loop
   */
  public PublishMessage countedFirstBy(int loop) {
    COUNTER.set(this, loop + 1);
    return this;
  }

  /**
   * This message, whose references that loop may count now, or a twin with the same bytes where
   * another loop counts those of this one.
   *
   * @param loop index of the calling loop
   */
  public PublishMessage countedBy(int loop) {
    int mine = loop + 1;
    int now = (int) COUNTER.getAcquire(this);
    if (now == mine || now == 0 && COUNTER.compareAndSet(this, 0, mine)) {
      return this;
    }
    PublishMessage twin =
        new PublishMessage(topic, payload, properties, qos, retain, expiresAtMillis, publisher);
    twin.counter = mine;
    return twin;
  }

  /** Sessions of the calling loop that keep it; only where it is {@link #countedBy} that loop. */
  public int references() {
    return references;
  }

  /** One session more keeps it; only where it is {@link #countedBy} the calling loop. */
  public void refer() {
    references++;
  }

  /**
   * One session fewer keeps it. The last one lets any loop count.
   *
   * @return how many are left
   */
  public int unrefer() {
    int left = --references;
    if (left == 0) {
      COUNTER.setRelease(this, 0);
    }
    return left;
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
