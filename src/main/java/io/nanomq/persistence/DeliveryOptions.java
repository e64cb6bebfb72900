package io.nanomq.persistence;

import org.jspecify.annotations.Nullable;

/**
 * How a durable session is to be sent a message.
 *
 * @param qos QoS to deliver with, 1 or 2
 * @param retain RETAIN flag to deliver with
 * @param identifiers Subscription Identifiers to deliver with; null = none
 * @param group the shared subscription that chose the session; null = none
 * @param topic the topic to deliver with where a bridge gives it another one; null = its own
 */
@SuppressWarnings("ArrayRecordComponent")
public record DeliveryOptions(
    int qos,
    boolean retain,
    int @Nullable [] identifiers,
    @Nullable GroupName group,
    @Nullable String topic) {

  /** How a session is to be sent a message, under the topic that it has. */
  public DeliveryOptions(
      int qos, boolean retain, int @Nullable [] identifiers, @Nullable GroupName group) {
    this(qos, retain, identifiers, group, null);
  }

  /** The same, of that group. */
  public DeliveryOptions with(GroupName of) {
    return new DeliveryOptions(qos, retain, identifiers, of, topic);
  }
}
