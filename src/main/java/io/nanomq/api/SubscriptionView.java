package io.nanomq.api;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.nanomq.session.SubscriptionSnapshot;

/** One element of {@code /subscriptions}; {@code topic} is the filter as it was subscribed. */
@JsonPropertyOrder({"clientid", "topic", "qos"})
public record SubscriptionView(String clientid, String topic, int qos) {

  static SubscriptionView of(SubscriptionSnapshot subscription) {
    return new SubscriptionView(subscription.clientId(), subscription.filter(), subscription.qos());
  }
}
