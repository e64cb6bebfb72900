package io.nanomq.config.key;

import static io.nanomq.config.key.ConfKey.of;
import static io.nanomq.config.key.ConfType.BOOL;
import static io.nanomq.config.key.ConfType.integer;
import static io.nanomq.config.key.ConfType.size;
import static io.nanomq.config.key.ConfType.words;
import static io.nanomq.config.key.Effect.HOT;
import static io.nanomq.config.key.Quantity.GIB;
import static io.nanomq.config.key.Quantity.KIB;

import java.util.ArrayList;
import java.util.List;

/** Keys of what clients may use of MQTT, and how much of it. */
final class LimitKeys {
  private static final int MANY = 1_000_000_000;

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
    rates(keys);
    quotas(keys);
    return keys;
  }

  private static void rates(List<ConfKey> keys) {
    keys.add(
        of(
            "rate.messages",
            "mqtt.rate.messages",
            integer(0, MANY),
            "0",
            HOT,
            "PUBLISH packets a second that one client may send; 0 = no bound. A second's worth may"
                + " come at once."));
    keys.add(
        of(
            "rate.bytes",
            "mqtt.rate.bytes",
            size(KIB, 1, 0, 64 * GIB),
            "0",
            HOT,
            "Bytes a second that one client may send, in whatever packets; 0 = no bound."));
    keys.add(
        of(
            "rate.deliveries",
            "mqtt.rate.deliveries",
            integer(0, MANY),
            "0",
            HOT,
            "PUBLISH packets a second that one client gets, others wait in its queue; 0 = no bound."
                + " Holds for clients that connect from then on."));
    keys.add(
        of(
            "rate.action",
            "mqtt.rate.action",
            words("slow", "disconnect"),
            "slow",
            HOT,
            "Whether who sends more is not read from for a while, or disconnected (0x96)."));
  }

  private static void quotas(List<ConfKey> keys) {
    String who = " of one user, or of one address where no password is asked for; 0 = no bound.";
    keys.add(
        of(
            "max_sessions_per_user",
            "mqtt.max_sessions_per_user",
            integer(0, MANY),
            "0",
            HOT,
            "Sessions, connected or not," + who));
    keys.add(
        of(
            "max_subscriptions_per_user",
            "mqtt.max_subscriptions_per_user",
            integer(0, MANY),
            "0",
            HOT,
            "Subscriptions of all sessions" + who));
    keys.add(
        of(
            "max_bytes_per_user",
            "mqtt.max_bytes_per_user",
            size(KIB, 1, 0, 64 * GIB),
            "0",
            HOT,
            "Bytes of sessions, subscriptions, retained messages and topic aliases" + who));
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
