package io.nanomq.config.key;

import static io.nanomq.config.key.ConfType.BOOL;
import static io.nanomq.config.key.ConfType.MOUNT_POINT;
import static io.nanomq.config.key.ConfType.NETWORKS;
import static io.nanomq.config.key.ConfType.duration;
import static io.nanomq.config.key.ConfType.integer;
import static io.nanomq.config.key.ConfType.size;
import static io.nanomq.config.key.ConfType.words;
import static io.nanomq.config.key.Effect.HOT;
import static io.nanomq.config.key.Effect.LISTENER;
import static io.nanomq.config.key.Quantity.DAY;
import static io.nanomq.config.key.Quantity.GIB;
import static io.nanomq.config.key.Quantity.KIB;

import io.nanomq.config.key.value.Transport;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Keys of what clients may use of MQTT, and how much of it. */
final class LimitKeys {
  private static final int MANY = 1_000_000_000;

  /** What sections are called in key=value. */
  private static final Map<Transport, String> KEY_VALUE =
      new EnumMap<>(
          Map.of(
              Transport.TCP, "tcp.",
              Transport.TLS, "tls.",
              Transport.WS, "websocket.",
              Transport.WSS, "websocket.tls_"));

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
        HOT.key(
            "max_qos_allowed",
            "mqtt.max_qos_allowed",
            integer(0, 2),
            "2",
            "Highest QoS of messages and wills, above: 0x9B; subscriptions get no higher one."));
    keys.add(
        HOT.key(
            "shared_subscription_strategy",
            "mqtt.shared_subscription_strategy",
            words(
                "round_robin", "random", "sticky", "hash_clientid", "hash_topic", "least_inflight"),
            "round_robin",
            "Which member of a shared subscription gets a message: hashes are of the publisher's"
                + " client id, or of the topic."));
    rates(keys);
    quotas(keys);
    flapping(keys);
    KEY_VALUE.forEach((transport, name) -> listener(keys, transport, name));
    return keys;
  }

  private static void rates(List<ConfKey> keys) {
    keys.add(
        HOT.key(
            "rate.messages",
            "mqtt.rate.messages",
            integer(0, MANY),
            "0",
            "PUBLISH packets a second that one client may send; 0 = no bound. A second's worth may"
                + " come at once."));
    keys.add(
        HOT.key(
            "rate.bytes",
            "mqtt.rate.bytes",
            size(KIB, 1, 0, 64 * GIB),
            "0",
            "Bytes a second that one client may send, in whatever packets; 0 = no bound."));
    keys.add(
        HOT.key(
            "rate.deliveries",
            "mqtt.rate.deliveries",
            integer(0, MANY),
            "0",
            "PUBLISH packets a second that one client gets, others wait in its queue; 0 = no bound."
                + " Holds for clients that connect from then on."));
    keys.add(
        HOT.key(
            "rate.action",
            "mqtt.rate.action",
            words("slow", "disconnect"),
            "slow",
            "Whether who sends more is not read from for a while, or disconnected (0x96)."));
  }

  private static void flapping(List<ConfKey> keys) {
    keys.add(
        HOT.key(
            "flapping_detect.max_count",
            "flapping_detect.max_count",
            integer(0, MANY),
            "0",
            "How often one client may connect within the window; who does once more is banned."
                + " 0 = as often as it likes."));
    keys.add(
        HOT.key(
            "flapping_detect.window_time",
            "flapping_detect.window_time",
            duration(1000, 1000, DAY),
            "1m",
            "The window, from a client's first connect in it."));
    keys.add(
        HOT.key(
            "flapping_detect.ban_time",
            "flapping_detect.ban_time",
            duration(1000, 1000, 365 * DAY),
            "5m",
            "How long such a client is banned; a restart ends it, too."));
  }

  private static void listener(List<ConfKey> keys, Transport transport, String keyValue) {
    String hocon = "listeners." + transport.section() + ".";
    listener(keys, keyValue, hocon, "The listener's ");
    listener(keys, "", hocon + "<name>.", "A further listener's ");
  }

  private static void listener(List<ConfKey> keys, String kv, String hocon, String whose) {
    bound(keys, kv, hocon, "connections", integer(0, MANY), whose + "connections, others closed");
    bound(
        keys,
        kv,
        hocon,
        "connections_per_second",
        integer(0, MANY),
        whose + "connections accepted a second, others wait");
    bound(
        keys,
        kv,
        hocon,
        "messages",
        integer(0, MANY),
        whose + "PUBLISH packets a second of all clients together, see rate.action");
    bound(
        keys,
        kv,
        hocon,
        "bytes",
        size(KIB, 1, 0, 64 * GIB),
        whose + "bytes a second of all clients together, in whatever packets");
    keys.add(
        LISTENER.key(
            named(kv, "proxy.protocol"),
            hocon + "proxy.protocol",
            BOOL,
            "false",
            whose + "connections begin with a PROXY header, version 1 or 2; others are closed."));
    keys.add(
        LISTENER.key(
            named(kv, "proxy.trusted"),
            hocon + "proxy.trusted",
            NETWORKS,
            whose
                + "proxies that are believed who a client is, in that header and in X-Forwarded-For"
                + " of WebSockets; with proxy.protocol all others are closed."));
    keys.add(
        LISTENER.key(
            named(kv, "mountpoint"),
            hocon + "mountpoint",
            MOUNT_POINT,
            whose + "mount point: what stands before all topics of its clients, unseen by them."));
  }

  private static String named(String keyValue, String name) {
    return keyValue.isEmpty() ? "" : keyValue + name;
  }

  private static void bound(
      List<ConfKey> keys, String kv, String hocon, String name, ConfType type, String what) {
    String key = "limits." + name;
    keys.add(HOT.key(named(kv, key), hocon + key, type, "0", what + "; 0 = no bound."));
  }

  private static void quotas(List<ConfKey> keys) {
    String who = " of one user, or of one address where no password is asked for; 0 = no bound.";
    keys.add(
        HOT.key(
            "max_sessions_per_user",
            "mqtt.max_sessions_per_user",
            integer(0, MANY),
            "0",
            "Sessions, connected or not," + who));
    keys.add(
        HOT.key(
            "max_subscriptions_per_user",
            "mqtt.max_subscriptions_per_user",
            integer(0, MANY),
            "0",
            "Subscriptions of all sessions" + who));
    keys.add(
        HOT.key(
            "max_bytes_per_user",
            "mqtt.max_bytes_per_user",
            size(KIB, 1, 0, 64 * GIB),
            "0",
            "Bytes of sessions, subscriptions, retained messages and topic aliases" + who));
  }

  private static void offer(List<ConfKey> keys, String name, String description) {
    keys.add(
        HOT.key(
            name,
            "mqtt." + name,
            BOOL,
            "true",
            description + " Announced; holds for clients that connect from then on."));
  }
}
