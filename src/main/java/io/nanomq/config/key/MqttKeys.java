package io.nanomq.config.key;

import static io.nanomq.config.key.ConfType.BOOL;
import static io.nanomq.config.key.ConfType.decimal;
import static io.nanomq.config.key.ConfType.duration;
import static io.nanomq.config.key.ConfType.integer;
import static io.nanomq.config.key.ConfType.size;
import static io.nanomq.config.key.Effect.HOT;
import static io.nanomq.config.key.Quantity.DAY;
import static io.nanomq.config.key.Quantity.GIB;
import static io.nanomq.config.key.Quantity.KIB;
import static io.nanomq.config.key.Quantity.MIB;

import java.util.List;

/** Keys of the MQTT engine. Every limit of {@code MqttConf} has one. */
public final class MqttKeys {
  /** Largest packet that MQTT can express, header included. */
  public static final long MAX_PACKET = 256 * MIB + 4;

  /** What NanoMQ documents, and files have. */
  static final long MAX_CONFIGURED = 260 * MIB;

  private static final int MANY = 1_000_000_000;

  private MqttKeys() {}

  static List<ConfKey> keys() {
    return List.of(
        HOT.key(
            "max_packet_size",
            "mqtt.max_packet_size",
            size(KIB, 1, 1, MAX_CONFIGURED),
            "1024",
            "Largest packet that is accepted; announced to MQTT 5 clients."),
        HOT.key(
            "client_max_packet_size",
            "mqtt.client_max_packet_size",
            size(KIB, 1, 1, MAX_CONFIGURED),
            "1024",
            "Largest packet that is sent to a client that announced no limit."),
        HOT.key(
                "property_size",
                "mqtt.property_size",
                size(KIB, KIB, 1, 64 * MIB),
                "32",
                "Largest single MQTT 5 property; plain numbers are KiB in both formats.")
            .option("-s, --property_size"),
        HOT.key(
                "msq_len",
                "mqtt.max_mqueue_len",
                integer(1, 10_000_000),
                "1024",
                "Messages that may wait in one session.")
            .option("-S, --msq_len"),
        HOT.key(
            "msq_size",
            "mqtt.max_mqueue_size",
            size(KIB, 1, KIB, 64 * GIB),
            "64MB",
            "Bytes of payload that may wait in one session."),
        HOT.key(
                "qos_duration",
                "mqtt.retry_interval",
                duration(1000, 0, DAY),
                "30",
                "Interval of retries to MQTT 3.1 and 3.1.1 clients; 0 = never.")
            .option("-D, --qos_duration"),
        HOT.key(
                "batch_resend",
                "mqtt.batch_resend",
                BOOL,
                "false",
                "A backlog is always sent at once, as far as the client acknowledges it.")
            .foreign(),
        HOT.key(
            "keepalive_multiplier",
            "mqtt.keepalive_multiplier",
            decimal(0.5, 100),
            "1.5",
            "How many times its keep alive a silent client is kept."),
        HOT.key(
            "max_keepalive",
            "mqtt.max_keepalive",
            duration(1000, 0, 65_535_000),
            "0",
            "Larger keep alives are answered by this Server Keep Alive; 0 = no bound."),
        HOT.key(
            "max_inflight_window",
            "mqtt.max_inflight_window",
            integer(1, 65_535),
            "1024",
            "QoS 1 and 2 messages on their way to one client."),
        HOT.key(
            "receive_maximum",
            "mqtt.receive_maximum",
            integer(1, 65_535),
            "1024",
            "QoS 1 and 2 messages that one client may have unacknowledged towards the broker."),
        HOT.key(
                "",
                "mqtt.max_awaiting_rel",
                duration(1000, 0, DAY),
                "NanoMQ names it and has no use for it; receive_maximum bounds what waits for "
                    + "PUBREL.")
            .foreign(),
        HOT.key(
                "",
                "mqtt.await_rel_timeout",
                duration(1000, 0, DAY),
                "NanoMQ names it and has no use for it; to forget what waits for PUBREL would "
                    + "break QoS 2.")
            .foreign(),
        HOT.key(
            "max_topic_alias",
            "mqtt.max_topic_alias",
            integer(0, 65_535),
            "1024",
            "Highest topic alias that clients may use; announced."),
        HOT.key(
            "max_topic_levels",
            "mqtt.max_topic_levels",
            integer(1, 65_535),
            "128",
            "Levels in a topic name or filter."),
        HOT.key(
            "max_clientid_len",
            "mqtt.max_clientid_len",
            integer(1, 65_535),
            "1024",
            "UTF-8 bytes of a client identifier."),
        HOT.key(
            "assigned_clientid_prefix",
            "mqtt.assigned_clientid_prefix",
            new FormedText(
                "[\\w.:-]{0,40}",
                "is no beginning of a client identifier",
                "up to 40 letters, digits and _ . : -"),
            "auto-",
            "What identifiers begin with that clients get who come without one."),
        HOT.key(
            "max_filters_per_packet",
            "mqtt.max_filters_per_packet",
            integer(1, MANY),
            "10000",
            "Topic filters in one SUBSCRIBE or UNSUBSCRIBE."),
        HOT.key(
            "max_filters_per_client",
            "mqtt.max_filters_per_client",
            integer(1, MANY),
            "100000",
            "Subscriptions of one session."),
        HOT.key(
            "max_session_expiry_interval",
            "mqtt.max_session_expiry_interval",
            duration(1000, 0, 0xFFFF_FFFFL * 1000),
            "4294967295",
            "Upper bound of the Session Expiry Interval; 4294967295 = none."),
        HOT.key(
            "max_retained_messages",
            "mqtt.max_retained_messages",
            integer(0, MANY),
            "1000000",
            "Retained messages in the broker; further topics are refused."),
        HOT.key(
            "max_connections",
            "mqtt.max_connections",
            integer(1, MANY),
            "1000000",
            "Connections that may be open; further ones are closed at once."),
        HOT.key(
            "max_sessions",
            "mqtt.max_sessions",
            integer(0, MANY),
            "0",
            "Sessions that may be kept, those of clients that are away among them; a client that"
                + " would need one more is refused (0x97). 0 = as many as fit into their share of"
                + " the heap, at 1 KiB each."),
        HOT.key(
            "connect_timeout",
            "mqtt.connect_timeout",
            duration(1000, 1000, Quantity.HOUR),
            "10",
            "How long a connection may stay without a complete CONNECT."),
        HOT.key(
            "message_per_filter",
            "mqtt.message_per_filter",
            BOOL,
            "false",
            "Overlapping filters of one client each get their copy, as in NanoMQ."),
        HOT.key(
            "rewrite.<n>.action",
            ConfType.words("publish", "subscribe", "all"),
            "all",
            "Whether rule N gives another name to topics of messages, filters of subscriptions, or"
                + " both; the first rule that matches counts."),
        HOT.key("rewrite.<n>.source_topic", ConfType.TEXT, "Filter that the topic has to match."),
        HOT.key(
            "rewrite.<n>.re",
            ConfType.TEXT,
            "^(.+)$",
            "Regular expression that the topic has to match as well."),
        HOT.key(
            "rewrite.<n>.dest_topic",
            ConfType.TEXT,
            "The other name; $1 to $9 stand for groups of the expression."),
        HOT.key(
            "preset.session.<n>.clientid",
            ConfType.TEXT,
            "Client N has a session before it comes: what it subscribes to waits for it, as for a "
                + "client that is away."),
        HOT.key(
            "preset.session.<n>.topic.<n>.remote_topic",
            ConfType.TEXT,
            "Filter that it subscribes to, as SUBSCRIBE would have it."),
        HOT.key(
            "preset.session.<n>.topic.<n>.qos",
            integer(0, 2),
            "1",
            "QoS of that subscription; at 0 nothing waits."));
  }
}
