package io.nanomq.config.key;

import static io.nanomq.config.key.ConfKey.of;
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
        of(
            "max_packet_size",
            "mqtt.max_packet_size",
            size(KIB, 1, 1, MAX_CONFIGURED),
            "1024",
            HOT,
            "Largest packet that is accepted; announced to MQTT 5 clients."),
        of(
            "client_max_packet_size",
            "mqtt.client_max_packet_size",
            size(KIB, 1, 1, MAX_CONFIGURED),
            "1024",
            HOT,
            "Largest packet that is sent to a client that announced no limit."),
        of(
                "property_size",
                "mqtt.property_size",
                size(KIB, KIB, 1, 64 * MIB),
                "32",
                HOT,
                "Largest single MQTT 5 property; plain numbers are KiB in both formats.")
            .option("-s, --property_size"),
        of(
                "msq_len",
                "mqtt.max_mqueue_len",
                integer(1, 10_000_000),
                "1024",
                HOT,
                "Messages that may wait in one session.")
            .option("-S, --msq_len"),
        of(
            "msq_size",
            "mqtt.max_mqueue_size",
            size(KIB, 1, KIB, 64 * GIB),
            "64MB",
            HOT,
            "Bytes of payload that may wait in one session."),
        of(
                "qos_duration",
                "mqtt.retry_interval",
                duration(1000, 0, DAY),
                "30",
                HOT,
                "Interval of retries to MQTT 3.1 and 3.1.1 clients; 0 = never.")
            .option("-D, --qos_duration"),
        of(
                "batch_resend",
                "mqtt.batch_resend",
                BOOL,
                "false",
                HOT,
                "A backlog is always sent at once, as far as the client acknowledges it.")
            .foreign(),
        of(
            "keepalive_multiplier",
            "mqtt.keepalive_multiplier",
            decimal(0.5, 100),
            "1.5",
            HOT,
            "How many times its keep alive a silent client is kept."),
        of(
            "max_keepalive",
            "mqtt.max_keepalive",
            duration(1000, 0, 65_535_000),
            "0",
            HOT,
            "Larger keep alives are answered by this Server Keep Alive; 0 = no bound."),
        of(
            "max_inflight_window",
            "mqtt.max_inflight_window",
            integer(1, 65_535),
            "1024",
            HOT,
            "QoS 1 and 2 messages on their way to one client."),
        of(
            "receive_maximum",
            "mqtt.receive_maximum",
            integer(1, 65_535),
            "1024",
            HOT,
            "QoS 1 and 2 messages that one client may have unacknowledged towards the broker."),
        of(
                "",
                "mqtt.max_awaiting_rel",
                duration(1000, 0, DAY),
                null,
                HOT,
                "NanoMQ names it and has no use for it; receive_maximum bounds what waits for "
                    + "PUBREL.")
            .foreign(),
        of(
                "",
                "mqtt.await_rel_timeout",
                duration(1000, 0, DAY),
                null,
                HOT,
                "NanoMQ names it and has no use for it; to forget what waits for PUBREL would "
                    + "break QoS 2.")
            .foreign(),
        of(
            "max_topic_alias",
            "mqtt.max_topic_alias",
            integer(0, 65_535),
            "1024",
            HOT,
            "Highest topic alias that clients may use; announced."),
        of(
            "max_topic_levels",
            "mqtt.max_topic_levels",
            integer(1, 65_535),
            "128",
            HOT,
            "Levels in a topic name or filter."),
        of(
            "max_clientid_len",
            "mqtt.max_clientid_len",
            integer(1, 65_535),
            "1024",
            HOT,
            "UTF-8 bytes of a client identifier."),
        of(
            "max_filters_per_packet",
            "mqtt.max_filters_per_packet",
            integer(1, MANY),
            "10000",
            HOT,
            "Topic filters in one SUBSCRIBE or UNSUBSCRIBE."),
        of(
            "max_filters_per_client",
            "mqtt.max_filters_per_client",
            integer(1, MANY),
            "100000",
            HOT,
            "Subscriptions of one session."),
        of(
            "max_session_expiry_interval",
            "mqtt.max_session_expiry_interval",
            duration(1000, 0, 0xFFFF_FFFFL * 1000),
            "4294967295",
            HOT,
            "Upper bound of the Session Expiry Interval; 4294967295 = none."),
        of(
            "max_retained_messages",
            "mqtt.max_retained_messages",
            integer(0, MANY),
            "1000000",
            HOT,
            "Retained messages in the broker; further topics are refused."),
        of(
            "max_connections",
            "mqtt.max_connections",
            integer(1, MANY),
            "1000000",
            HOT,
            "Connections that may be open; further ones are closed at once."),
        of(
            "max_sessions",
            "mqtt.max_sessions",
            integer(0, MANY),
            "0",
            HOT,
            "Sessions that may be kept, those of clients that are away among them; a client that"
                + " would need one more is refused (0x97). 0 = as many as fit into their share of the"
                + " heap, at 1 KiB each."),
        of(
            "connect_timeout",
            "mqtt.connect_timeout",
            duration(1000, 1000, Quantity.HOUR),
            "10",
            HOT,
            "How long a connection may stay without a complete CONNECT."),
        of(
            "message_per_filter",
            "mqtt.message_per_filter",
            BOOL,
            "false",
            HOT,
            "Overlapping filters of one client each get their copy, as in NanoMQ."),
        of(
            "rewrite.<n>.action",
            ConfType.words("publish", "subscribe", "all"),
            "all",
            HOT,
            "Whether rule N gives another name to topics of messages, filters of subscriptions, or"
                + " both; the first rule that matches counts."),
        of(
            "rewrite.<n>.source_topic",
            ConfType.TEXT,
            null,
            HOT,
            "Filter that the topic has to match."),
        of(
            "rewrite.<n>.re",
            ConfType.TEXT,
            "^(.+)$",
            HOT,
            "Regular expression that the topic has to match as well."),
        of(
            "rewrite.<n>.dest_topic",
            ConfType.TEXT,
            null,
            HOT,
            "The other name; $1 to $9 stand for groups of the expression."),
        of(
            "preset.session.<n>.clientid",
            ConfType.TEXT,
            null,
            HOT,
            "Client N has a session before it comes: what it subscribes to waits for it, as for a "
                + "client that is away."),
        of(
            "preset.session.<n>.topic.<n>.remote_topic",
            ConfType.TEXT,
            null,
            HOT,
            "Filter that it subscribes to, as SUBSCRIBE would have it."),
        of(
            "preset.session.<n>.topic.<n>.qos",
            integer(0, 2),
            "1",
            HOT,
            "QoS of that subscription; at 0 nothing waits."));
  }
}
