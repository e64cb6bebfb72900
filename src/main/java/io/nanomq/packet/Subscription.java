package io.nanomq.packet;

/**
 * One topic filter of a SUBSCRIBE with its options, MQTT 5.0 section 3.8.3.1.
 *
 * @param filter as sent, {@code $share/group/} included
 * @param qos maximum QoS, 0 to 2
 * @param noLocal whether own messages are held back
 * @param retainAsPublished whether the RETAIN flag is passed on
 * @param retainHandling 0 = send retained messages, 1 = only where the subscription is new, 2 =
 *     never
 * @param identifier Subscription Identifier, 0 = none
 */
public record Subscription(
    String filter,
    int qos,
    boolean noLocal,
    boolean retainAsPublished,
    int retainHandling,
    int identifier) {

  /** The same with another filter. */
  public Subscription withFilter(String other) {
    return new Subscription(other, qos, noLocal, retainAsPublished, retainHandling, identifier);
  }

  /** The same with RETAIN as it came, and without own messages where that is to be. */
  public Subscription forBridge(boolean withoutOwn) {
    return new Subscription(filter, qos, withoutOwn, true, retainHandling, identifier);
  }

  /** The same with another QoS. */
  public Subscription withQos(int other) {
    return new Subscription(filter, other, noLocal, retainAsPublished, retainHandling, identifier);
  }
}
