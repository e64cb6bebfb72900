package io.nanomq.router;

import io.nanomq.codec.TopicRules;
import io.nanomq.memory.HeapBytes;
import io.nanomq.packet.Subscription;
import io.nanomq.persistence.GroupName;
import org.jspecify.annotations.Nullable;

/**
 * One subscription in the topic tree. Its fields are set on the recipient's loop; another loop
 * reads only {@link #recipient}, {@link #isActive} and {@link #durable}.
 */
public final class Subscriber {
  /**
   * This object, its identifiers, its place in its node and in its session's map, and a replay of
   * retained messages that waits for its turn.
   */
  private static final int BYTES = 48 + 24 + 48 + HeapBytes.MAP_ENTRY + 120;

  /** A shared group with its name and its first places, and its place among all of them. */
  private static final int GROUP_BYTES = 96 + GroupName.HEAP_BYTES + HeapBytes.MAP_ENTRY;

  private static final int NO_LOCAL = 1;
  private static final int RETAIN_AS_PUBLISHED = 2;
  private static final int HANDLING_SHIFT = 2;

  private final Recipient recipient;
  private final String filter;
  private int @Nullable [] identifiers;
  private byte qos;
  private byte flags;
  private volatile boolean active = true;
  // Whether it is counted as one whose messages the store has to know; under the tree's lock.
  boolean durable;
  // where it stands
  int position;
  @Nullable TopicNode node;
  @Nullable SharedGroup group;
  // Bytes that it costs, and those of the nodes that were made for it; under the tree's lock.
  int bytes;
  int nodeBytes;

  public Subscriber(Recipient recipient, Subscription subscription) {
    this.recipient = recipient;
    this.filter = subscription.filter();
    options(subscription);
  }

  /** Takes over the options of a SUBSCRIBE for the same filter [MQTT-3.8.4-3]. */
  public void options(Subscription subscription) {
    qos = (byte) subscription.qos();
    flags =
        (byte)
            ((subscription.noLocal() ? NO_LOCAL : 0)
                | (subscription.retainAsPublished() ? RETAIN_AS_PUBLISHED : 0)
                | subscription.retainHandling() << HANDLING_SHIFT);
    identifiers = subscription.identifier() == 0 ? null : new int[] {subscription.identifier()};
  }

  public Recipient recipient() {
    return recipient;
  }

  /** As subscribed, {@code $share/group/} included. */
  public String filter() {
    return filter;
  }

  public int qos() {
    return qos;
  }

  public boolean noLocal() {
    return (flags & NO_LOCAL) != 0;
  }

  public boolean retainAsPublished() {
    return (flags & RETAIN_AS_PUBLISHED) != 0;
  }

  /** What it subscribes with. */
  public Subscription subscription() {
    int identifier = identifiers == null ? 0 : identifiers[0];
    int handling = flags >> HANDLING_SHIFT;
    return new Subscription(filter, qos, noLocal(), retainAsPublished(), handling, identifier);
  }

  public int @Nullable [] identifiers() {
    return identifiers;
  }

  /**
   * What a subscription costs without nodes, in bytes.
   *
   * @param loops each has a slot at its node
   */
  static int bytes(String filter, int loops) {
    int one = BYTES + HeapBytes.string(filter) + HeapBytes.references(loops);
    return TopicRules.isShared(filter) ? one + GROUP_BYTES : one;
  }

  /** Whether it keeps messages that outlive the process, and has room for more; a hint. */
  boolean keepsMore() {
    return durable && !recipient.isFull();
  }

  /** False once it was unsubscribed, or its session ended. */
  public boolean isActive() {
    return active && !recipient.isGone();
  }

  /** Whether the store has to know what it gets; on the recipient's loop. */
  boolean isStored() {
    return qos > 0 && recipient.isDurable();
  }

  void deactivate() {
    active = false;
  }
}
