package io.nanomq.config.key;

import static io.nanomq.config.key.ConfKey.of;
import static io.nanomq.config.key.ConfType.BOOL;
import static io.nanomq.config.key.ConfType.integer;
import static io.nanomq.config.key.Effect.HOT;

import java.util.ArrayList;
import java.util.List;

/** Keys of what clients may use of MQTT, and how much of it. */
final class LimitKeys {
  private LimitKeys() {}

  static List<ConfKey> keys() {
    List<ConfKey> keys = new ArrayList<>();
    offer(keys, "wildcard_subscription", "Whether filters may have + and #; if not: 0xA2.");
    offer(keys, "shared_subscription", "Whether there are shared subscriptions; if not: 0x9E.");
    offer(keys, "subscription_identifiers", "Whether a SUBSCRIBE may have one; if not: 0xA1.");
    offer(
        keys,
        "retain_available",
        "Whether clients may have messages and wills retained; if not: 0x9A.");
    keys.add(
        of(
            "max_qos_allowed",
            "mqtt.max_qos_allowed",
            integer(0, 2),
            "2",
            HOT,
            "Highest QoS of messages and wills, above: 0x9B; subscriptions get no higher one."));
    return keys;
  }

  private static void offer(List<ConfKey> keys, String name, String description) {
    keys.add(
        of(
            name,
            "mqtt." + name,
            BOOL,
            "true",
            HOT,
            description + " Announced; holds for clients that connect from then on."));
  }
}
