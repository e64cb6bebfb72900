package io.nanomq.limit;

import io.nanomq.codec.ConnackEncoder;
import io.nanomq.codec.ProtocolError;
import io.nanomq.codec.ReasonCode;
import io.nanomq.codec.TopicRules;
import io.nanomq.config.model.Capabilities;
import io.nanomq.packet.Subscription;
import io.nanomq.packet.Will;
import org.jspecify.annotations.Nullable;

/** Holds what clients ask for against what they are offered, MQTT 5.0 section 3.2.2.3. */
public final class CapabilityCheck {
  private CapabilityCheck() {}

  /** Success, or 0x9B or 0x9A for the will [MQTT-3.2.2-12] [MQTT-3.2.2-13]. */
  public static ReasonCode will(Capabilities offered, @Nullable Will will) {
    return will == null ? ReasonCode.SUCCESS : message(offered, will.qos(), will.retain());
  }

  /**
   * Checks a PUBLISH of a client.
   *
   * @throws ProtocolError 0x9B, 0x9A: it was told so [MQTT-3.2.2-11] [MQTT-3.2.2-14]; before MQTT 5
   *     it can only be closed
   */
  public static void checkPublish(Capabilities offered, int qos, boolean retain) {
    ReasonCode refused = message(offered, qos, retain);
    if (refused != ReasonCode.SUCCESS) {
      throw new ProtocolError(
          refused,
          refused == ReasonCode.QOS_NOT_SUPPORTED
              ? "QoS is above the maximum"
              : "messages are not retained here");
    }
  }

  private static ReasonCode message(Capabilities offered, int qos, boolean retain) {
    if (qos > offered.maxQos()) {
      return ReasonCode.QOS_NOT_SUPPORTED;
    }
    return retain && !offered.retained() ? ReasonCode.RETAIN_NOT_SUPPORTED : ReasonCode.SUCCESS;
  }

  /** Success, or 0xA2, 0x9E or 0xA1. */
  public static ReasonCode subscription(Capabilities offered, Subscription subscription) {
    if (offered == Capabilities.ALL) {
      return ReasonCode.SUCCESS;
    }
    if (!offered.shared() && TopicRules.isShared(subscription.filter())) {
      return ReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED;
    }
    if (!offered.wildcards() && TopicRules.hasWildcard(subscription.filter())) {
      return ReasonCode.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED;
    }
    return subscription.identifier() > 0 && !offered.identifiers()
        ? ReasonCode.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED
        : ReasonCode.SUCCESS;
  }

  /** The same with a QoS that may be granted [MQTT-3.2.2-10]. */
  public static Subscription granted(Capabilities offered, Subscription asked) {
    return asked.qos() <= offered.maxQos() ? asked : asked.withQos(offered.maxQos());
  }

  /** Says in a CONNACK what is not offered. */
  public static void offer(ConnackEncoder connack, Capabilities offered) {
    if (offered.maxQos() < 2) {
      connack.maximumQos(offered.maxQos());
    }
    if (!offered.retained()) {
      connack.withoutRetain();
    }
    if (!offered.wildcards()) {
      connack.withoutWildcards();
    }
    if (!offered.identifiers()) {
      connack.withoutSubscriptionIdentifiers();
    }
    if (!offered.shared()) {
      connack.withoutShared();
    }
  }
}
