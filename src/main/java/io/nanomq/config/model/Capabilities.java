package io.nanomq.config.model;

import io.nanomq.config.setting.ConfValues;

/**
 * Which of MQTT's features clients may use; MQTT 5 clients are told in CONNACK, section 3.2.2.3.
 *
 * @param wildcards filters with {@code +} and {@code #}
 * @param shared filters that begin with {@code $share/}
 * @param identifiers Subscription Identifiers
 * @param retained messages with the RETAIN flag
 * @param maxQos of messages that clients publish, and of what they subscribe to
 */
public record Capabilities(
    boolean wildcards, boolean shared, boolean identifiers, boolean retained, int maxQos) {
  /** Nothing is withheld. */
  public static final Capabilities ALL = new Capabilities(true, true, true, true, 2);

  static Capabilities bind(ConfValues values) {
    var given =
        new Capabilities(
            values.bool("mqtt.wildcard_subscription"),
            values.bool("mqtt.shared_subscription"),
            values.bool("mqtt.subscription_identifiers"),
            values.bool("mqtt.retain_available"),
            values.integer("mqtt.max_qos_allowed"));
    // By identity is how the data path asks.
    return given.equals(ALL) ? ALL : given;
  }
}
