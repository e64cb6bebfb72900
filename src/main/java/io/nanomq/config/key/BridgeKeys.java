package io.nanomq.config.key;

import static io.nanomq.config.key.ConfType.BOOL;
import static io.nanomq.config.key.ConfType.FOLDER;
import static io.nanomq.config.key.ConfType.LIST;
import static io.nanomq.config.key.ConfType.PATH;
import static io.nanomq.config.key.ConfType.TEXT;
import static io.nanomq.config.key.ConfType.duration;
import static io.nanomq.config.key.ConfType.integer;
import static io.nanomq.config.key.ConfType.size;
import static io.nanomq.config.key.ConfType.words;
import static io.nanomq.config.key.Effect.HOT;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Keys of bridges to other brokers. A change re-opens that bridge only, hence hot. */
final class BridgeKeys {
  private static final String BRIDGE = "bridges.mqtt.<name>.";
  private static final long UINT32 = 0xFFFF_FFFFL;
  private static final ConfType SECONDS = duration(1000, 0, Quantity.DAY);
  private static final ConfType MILLIS = duration(1, 0, Quantity.DAY);
  private static final ConfType FLAG = integer(0, 1);

  private BridgeKeys() {}

  static List<ConfKey> keys() {
    List<ConfKey> keys = new ArrayList<>();
    keys.addAll(connection());
    keys.addAll(habits());
    keys.addAll(topics());
    keys.addAll(tls());
    keys.addAll(tcp());
    keys.addAll(proxy());
    keys.addAll(properties());
    quic().stream().map(ConfKey::foreign).forEach(keys::add);
    cache().stream().map(ConfKey::foreign).forEach(keys::add);
    return keys;
  }

  private static ConfKey both(
      String keyValue,
      String hocon,
      ConfType type,
      @Nullable String defaultText,
      String description) {
    return HOT.key("bridge.mqtt." + keyValue, BRIDGE + hocon, type, defaultText, description)
        .env("");
  }

  private static ConfKey hocon(
      String path, ConfType type, @Nullable String value, String description) {
    return HOT.key(KeyMatch.ofNamedBridge(BRIDGE + path), BRIDGE + path, type, value, description);
  }

  private static List<ConfKey> connection() {
    return List.of(
        both(
            "address",
            "server",
            ConfType.url(
                "mqtt-tcp", "tls+mqtt-tcp", "mqtt-quic", "mqtt", "mqtts", "tcp", "ws", "wss", ""),
            null,
            "The other broker."),
        both(
            "bridge_mode",
            "enable",
            BOOL,
            null,
            "Whether the bridge runs; unset, on in HOCON and off in key=value."),
        both("proto_ver", "proto_ver", integer(3, 5), "4", "MQTT version: 3, 4 (3.1.1) or 5."),
        both("clientid", "clientid", TEXT, null, "Client identifier; unset = a random one."),
        both("keepalive", "keepalive", duration(1000, 0, 65_535_000), "60s", "Keep alive."),
        both("clean_start", "clean_start", BOOL, "true", "Whether sessions start anew."),
        both("username", "username", TEXT, null, "User on the other broker."),
        both("password", "password", TEXT, null, "Its password.").asSecret());
  }

  private static List<ConfKey> habits() {
    return List.of(
        both(
            "parallel",
            "max_parallel_processes",
            integer(1, 10_000),
            "1",
            "Connections that share what goes to the other broker, at most 64; each topic keeps to"
                + " one."),
        hocon("backoff_min", MILLIS, "500ms", "Shortest wait between attempts to connect."),
        hocon("backoff_max", SECONDS, "60s", "Longest wait between attempts to connect."),
        hocon(
            "transparent",
            BOOL,
            "false",
            "What clients here subscribe to is subscribed to there too, under the same topics."),
        hocon("retry_qos_0", BOOL, "false", "QoS 0 messages are kept while disconnected."),
        hocon("hybrid_bridging", BOOL, "false", "Use hybrid_servers where the first one fails."),
        hocon("hybrid_servers", LIST, null, "Further addresses of the other broker."),
        hocon(
            "max_send_queue_len",
            integer(1, 10_000_000),
            "10000",
            "Messages that may wait for the other broker."),
        hocon(
            "max_send_queue_size",
            size(1, 1, 1024, 64 * Quantity.GIB),
            "64MB",
            "Bytes that they may cost."),
        hocon(
            "queue_full",
            words("refuse_newest", "drop_oldest"),
            "refuse_newest",
            "Whether a publisher whose message finds no room is told so (0x97), or the oldest that"
                + " waits goes for it."),
        hocon(
            "max_recv_queue_len",
            integer(1, 65_535),
            null,
            "QoS 1 and 2 messages of the other broker that may be on their way here: the Receive"
                + " Maximum (MQTT 5), where conn_properties has none."),
        hocon(
            "cancel_timeout",
            MILLIS,
            "8s",
            "How long the other broker may take to acknowledge a message; then the bridge connects"
                + " anew and sends it again. 0 = for ever."),
        hocon(
                "resend_interval",
                MILLIS,
                "5s",
                "Accepted; what waits is sent as fast as the other broker takes it.")
            .foreign(),
        hocon(
                "resend_wait",
                MILLIS,
                "3s",
                "Accepted; a message is sent again on a new connection only [MQTT-4.4.0-1], see"
                    + " cancel_timeout.")
            .foreign());
  }

  private static List<ConfKey> topics() {
    List<ConfKey> keys = new ArrayList<>();
    keys.add(both("forwards", "forwards", LIST, null, "Filters forwarded to the other broker."));
    keys.add(
        both(
            "subscription.<n>.topic",
            "subscription.<n>.remote_topic",
            TEXT,
            null,
            "Filter N subscribed on the other broker."));
    keys.add(
        both(
            "subscription.<n>.qos",
            "subscription.<n>.qos",
            integer(0, 2),
            "0",
            "Highest QoS of filter N."));
    keys.add(hocon("forwards.<n>.remote_topic", TEXT, null, "Topic there; unset = the same."));
    keys.add(hocon("forwards.<n>.qos", integer(0, 2), null, "QoS there; unset = the same."));
    keys.add(
        hocon(
            "subscription.<n>.nolocal",
            FLAG,
            "1",
            "No local (MQTT 5): what the bridge brought there does not come back."));
    keys.add(
        hocon("subscription.<n>.retain_as_published", FLAG, "0", "Retain as published (MQTT 5)."));
    keys.add(
        hocon("subscription.<n>.retain_handling", integer(0, 2), "0", "Retain handling (MQTT 5)."));
    for (String list : List.of("forwards.<n>.", "subscription.<n>.")) {
      keys.add(hocon(list + "local_topic", TEXT, null, "Topic here; unset = the same."));
      keys.add(hocon(list + "prefix", TEXT, null, "Put in front of the topic."));
      keys.add(hocon(list + "suffix", TEXT, null, "Put behind the topic."));
      keys.add(hocon(list + "retain", integer(0, 2), null, "Retain flag; unset or 2 = the same."));
    }
    keys.add(
        hocon(
            "sub_properties.identifier",
            integer(1, 268_435_455),
            null,
            "Subscription identifier (MQTT 5)."));
    keys.add(hocon("sub_properties.user_property.<name>", TEXT, null, "User property."));
    return keys;
  }

  private static List<ConfKey> tls() {
    return List.of(
        hocon("ssl.enable", BOOL, null, "TLS; unset = where the address says so."),
        hocon("ssl.key_password", TEXT, null, "Password of the private key.").asSecret(),
        hocon("ssl.keyfile", PATH, null, "Private key, PEM."),
        hocon("ssl.certfile", PATH, null, "Certificate chain, PEM."),
        hocon("ssl.cacertfile", PATH, null, "Authorities, PEM."),
        hocon("ssl.verify_peer", BOOL, "true", "Whether the other broker is checked."),
        hocon("ssl.fail_if_no_peer_cert", BOOL, "false", "Accepted; servers always have one.")
            .foreign());
  }

  private static List<ConfKey> tcp() {
    return List.of(
        hocon("tcp.nodelay", BOOL, "true", "Small packets are sent at once."),
        hocon(
            "tcp.quickack",
            BOOL,
            null,
            "What comes is acknowledged at once; unset = the system's."),
        hocon("tcp.keepalive", BOOL, "true", "TCP keep alive."),
        hocon("tcp.keepidle", SECONDS, null, "TCP keep alive: idle time; unset = the system's."),
        hocon("tcp.keepintvl", SECONDS, null, "TCP keep alive: interval; unset = the system's."),
        hocon(
            "tcp.keepcnt", integer(1, 127), null, "TCP keep alive: probes; unset = the system's."),
        hocon(
            "tcp.sendtimeo",
            MILLIS,
            "0s",
            "How long the other broker may take nothing of what waits for the socket; 0 = for"
                + " ever."),
        hocon(
            "tcp.recvtimeo",
            MILLIS,
            "0s",
            "How long nothing may come from the other broker, which is pinged as often as that"
                + " needs; 0 = what keepalive allows."));
  }

  private static List<ConfKey> proxy() {
    return List.of(
        hocon(
            "proxy.type",
            words("http", "socks5"),
            "http",
            "How the proxy is spoken to: HTTP CONNECT or SOCKS5."),
        hocon(
            "proxy.host",
            TEXT,
            null,
            "Proxy that connections go through, which looks up the name of the other broker;"
                + " unset = none."),
        hocon("proxy.port", integer(1, 65_535), "1080", "Its port."),
        hocon("proxy.username", TEXT, null, "User of the proxy."),
        hocon("proxy.password", TEXT, null, "Its password.").asSecret());
  }

  private static List<ConfKey> properties() {
    String connect = "conn_properties.";
    String will = "will.properties.";
    return List.of(
        hocon(connect + "maximum_packet_size", integer(1, UINT32), null, "MQTT 5 CONNECT."),
        hocon(connect + "receive_maximum", integer(1, 65_535), null, "MQTT 5 CONNECT."),
        hocon(connect + "topic_alias_maximum", integer(0, 65_535), null, "MQTT 5 CONNECT."),
        hocon(connect + "request_problem_infomation", FLAG, null, "MQTT 5 CONNECT."),
        hocon(connect + "request_response_infomation", FLAG, null, "MQTT 5 CONNECT."),
        hocon(connect + "session_expiry_interval", integer(0, UINT32), null, "MQTT 5 CONNECT."),
        hocon(connect + "user_property.<name>", TEXT, null, "MQTT 5 CONNECT."),
        hocon("will.topic", TEXT, null, "Topic of the will."),
        hocon("will.qos", integer(0, 2), "0", "QoS of the will."),
        hocon("will.retain", BOOL, "false", "Whether the will is retained."),
        hocon("will.payload", TEXT, "", "Payload of the will."),
        hocon(will + "payload_format_indicator", FLAG, null, "MQTT 5 will."),
        hocon(will + "message_expiry_interval", integer(0, UINT32), null, "MQTT 5 will."),
        hocon(will + "content_type", TEXT, null, "MQTT 5 will."),
        hocon(will + "response_topic", TEXT, null, "MQTT 5 will."),
        hocon(will + "correlation_data", TEXT, null, "MQTT 5 will."),
        hocon(will + "will_delay_interval", integer(0, UINT32), null, "MQTT 5 will."),
        hocon(will + "user_property.<name>", TEXT, null, "MQTT 5 will."));
  }

  private static List<ConfKey> quic() {
    List<ConfKey> keys = new ArrayList<>();
    for (String name :
        List.of(
            "keepalive",
            "idle_timeout",
            "discon_timeout",
            "handshake_timeout",
            "send_idle_timeout")) {
      keys.add(hocon("quic_" + name, SECONDS, null, "Accepted; there is no QUIC here."));
    }
    for (String name : List.of("initial_rtt_ms", "max_ack_delay_ms")) {
      keys.add(hocon("quic_" + name, MILLIS, null, "Accepted; there is no QUIC here."));
    }
    for (String name : List.of("multi_stream", "qos_priority", "0rtt")) {
      keys.add(hocon("quic_" + name, BOOL, null, "Accepted; there is no QUIC here."));
    }
    keys.add(hocon("congestion_control", TEXT, null, "Accepted; there is no QUIC here."));
    return keys;
  }

  private static List<ConfKey> cache() {
    return List.of(
        HOT.key(
                "bridge.sqlite.enable",
                "",
                BOOL,
                "Accepted; what waits in a bridge is on disk by persistence.durability.")
            .env(""),
        cache(
            "disk_cache_size",
            integer(0, Integer.MAX_VALUE),
            "102400",
            "Accepted; what waits is on disk by persistence.durability, within"
                + " max_send_queue_len."),
        cache("mounted_file_path", FOLDER, null, "Accepted; persistence.dir is the folder."),
        cache(
            "flush_mem_threshold",
            integer(1, Integer.MAX_VALUE),
            "100",
            "Accepted; persistence.sync_interval says how soon messages are on disk."),
        cache("resend_interval", MILLIS, "5s", "Interval of resending after a failure."));
  }

  private static ConfKey cache(
      String name, ConfType type, @Nullable String value, String description) {
    return HOT.key("bridge.sqlite." + name, "bridges.mqtt.cache." + name, type, value, description)
        .env("NANOMQ_BRIDGES_MQTT_CACHE_" + name.toUpperCase(Locale.ROOT));
  }
}
