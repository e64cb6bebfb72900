package io.nanomq.config.model;

import io.nanomq.config.setting.ConfValues;
import io.nanomq.memory.MemoryBudgets;
import io.nanomq.memory.Purpose;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The limits and habits of the MQTT engine. Immutable; a change of configuration puts a new record
 * in place of the old one, and every event loop sees it from its next packet on.
 *
 * @param packets what one packet may be
 * @param queues what may wait in one session
 * @param client what one client may ask for
 * @param broker what the broker holds of all clients
 * @param capabilities which features clients may use
 * @param rewrites which topics have other names
 * @param presets sessions that are there before their clients
 * @param shares which member of a shared subscription gets a message
 * @param rates how fast one client may send and get
 * @param quotas what one user may have
 * @param flapping who comes too often
 * @param copyPerFilter overlapping filters of one client each get their copy, as in NanoMQ, in
 *     place of one copy with the highest QoS
 */
public record MqttConf(
    Packets packets,
    Queues queues,
    Client client,
    Totals broker,
    Capabilities capabilities,
    List<RewriteConf> rewrites,
    List<Preset> presets,
    ShareStrategy shares,
    Rates rates,
    Quotas quotas,
    Flapping flapping,
    boolean copyPerFilter) {

  public static MqttConf bind(ConfValues values) {
    return new MqttConf(
        Packets.bind(values),
        Queues.bind(values),
        Client.bind(values),
        Totals.bind(values),
        Capabilities.bind(values),
        RewriteConf.bind(values),
        Preset.bind(values),
        ShareStrategy.of(values.text("mqtt.shared_subscription_strategy")),
        Rates.bind(values),
        Quotas.bind(values),
        Flapping.bind(values),
        values.bool("mqtt.message_per_filter"));
  }

  /** What the broker runs with when nothing is configured: the defaults of the table of keys. */
  public static MqttConf defaults() {
    return bind(ConfValues.NONE);
  }

  /**
   * Bounds of one packet, in bytes.
   *
   * @param maxBytes largest packet that is accepted, fixed header included; announced to MQTT 5
   *     clients as Maximum Packet Size
   * @param clientMaxBytes largest packet that is sent to a client that announced no Maximum Packet
   *     Size
   * @param maxPropertyBytes largest single MQTT 5 property value
   */
  public record Packets(int maxBytes, int clientMaxBytes, int maxPropertyBytes) {
    /** Largest packet that MQTT can express, header included. */
    public static final long MAX_PACKET = (256 << 20) + 4;

    static Packets bind(ConfValues values) {
      int max = expressible(values.number("mqtt.max_packet_size"));
      int clientMax = expressible(values.number("mqtt.client_max_packet_size"));
      // NanoMQ's later files have one key for both: what is let in reaches subscribers, too.
      boolean isGiven = values.isGiven("mqtt.client_max_packet_size");
      return new Packets(
          max,
          isGiven ? clientMax : Math.max(max, clientMax),
          values.integer("mqtt.property_size"));
    }

    private static int expressible(long configured) {
      return (int) Math.min(configured, MAX_PACKET);
    }
  }

  /**
   * What waits in one session, and what is on its way.
   *
   * @param length messages that may wait ({@code msq_len})
   * @param bytes bytes of payload that may wait
   * @param retrySeconds interval of retries to MQTT 3.1 and 3.1.1 clients ({@code qos_duration}); 0
   *     = never. MQTT 5 clients are never sent anything twice on one connection [MQTT-4.4.0-1]
   * @param maxInflightWindow QoS 1 and 2 messages on their way to one client
   * @param receiveMaximum QoS 1 and 2 messages that one MQTT 5 client may have unacknowledged
   *     towards us; announced as Receive Maximum
   */
  public record Queues(
      int length, long bytes, int retrySeconds, int maxInflightWindow, int receiveMaximum) {
    static Queues bind(ConfValues values) {
      return new Queues(
          values.integer("mqtt.max_mqueue_len"),
          values.number("mqtt.max_mqueue_size"),
          (int) values.seconds("mqtt.retry_interval"),
          values.integer("mqtt.max_inflight_window"),
          values.integer("mqtt.receive_maximum"));
    }
  }

  /**
   * What one client may ask for.
   *
   * @param keepAliveMultiplier how many times its keep alive a silent client is kept, 1.5 by
   *     [MQTT-3.1.2-22]
   * @param maxKeepAliveSeconds larger keep alives are answered by this Server Keep Alive; 0 = no
   *     bound
   * @param maxTopicAlias highest topic alias that clients may use; announced
   * @param maxTopicLevels levels in a topic name or filter
   * @param maxIdBytes UTF-8 bytes of a client identifier
   * @param assignedIdPrefix what identifiers begin with that we choose
   * @param maxFiltersPerPacket topic filters in one SUBSCRIBE or UNSUBSCRIBE
   * @param maxFilters subscriptions of one session
   * @param maxSessionExpirySeconds upper bound of the Session Expiry Interval; 0xFFFFFFFF = none
   * @param connectTimeoutSeconds how long a socket may stay without a complete CONNECT
   */
  public record Client(
      double keepAliveMultiplier,
      int maxKeepAliveSeconds,
      int maxTopicAlias,
      int maxTopicLevels,
      int maxIdBytes,
      String assignedIdPrefix,
      int maxFiltersPerPacket,
      int maxFilters,
      long maxSessionExpirySeconds,
      int connectTimeoutSeconds) {
    static Client bind(ConfValues values) {
      return new Client(
          values.decimal("mqtt.keepalive_multiplier"),
          (int) values.seconds("mqtt.max_keepalive"),
          values.integer("mqtt.max_topic_alias"),
          values.integer("mqtt.max_topic_levels"),
          values.integer("mqtt.max_clientid_len"),
          values.text("mqtt.assigned_clientid_prefix"),
          values.integer("mqtt.max_filters_per_packet"),
          values.integer("mqtt.max_filters_per_client"),
          values.seconds("mqtt.max_session_expiry_interval"),
          (int) values.seconds("mqtt.connect_timeout"));
    }
  }

  /**
   * What the broker holds of all clients together.
   *
   * @param maxRetained retained messages; further topics are refused with 0x97
   * @param maxConnections sockets that may be open; further ones are closed at once
   * @param maxSessions sessions that may be kept, connected or not; a CONNECT that would begin one
   *     more is refused with 0x97
   */
  public record Totals(int maxRetained, int maxConnections, int maxSessions) {
    /** What a session costs that has neither subscriptions nor messages nor a will, in bytes. */
    private static final long SESSION_BYTES = 1024;

    static Totals bind(ConfValues values) {
      return new Totals(
          values.integer("mqtt.max_retained_messages"),
          values.integer("mqtt.max_connections"),
          sessions(values.integer("mqtt.max_sessions")));
    }

    private static int sessions(int configured) {
      long fit = MemoryBudgets.ofProcess().of(Purpose.SESSIONS).limit() / SESSION_BYTES;
      return configured > 0 ? configured : (int) Math.min(Integer.MAX_VALUE, fit);
    }
  }

  /**
   * How fast one client may send and get, each per second; 0 = as fast as it likes.
   *
   * @param messages PUBLISH packets that it sends
   * @param bytes of all packets that it sends
   * @param deliveries PUBLISH packets that it gets; more of them wait in its queue
   * @param disconnects whether who sends more is disconnected (0x96), in place of not being read
   *     from for a while
   */
  public record Rates(long messages, long bytes, long deliveries, boolean disconnects) {
    /** No rate is bounded. */
    public static final Rates NONE = new Rates(0, 0, 0, false);

    static Rates bind(ConfValues values) {
      var given =
          new Rates(
              values.number("mqtt.rate.messages"),
              values.number("mqtt.rate.bytes"),
              values.number("mqtt.rate.deliveries"),
              "disconnect".equals(values.text("mqtt.rate.action")));
      // By identity is how the data path asks. What it says of action counts for listeners, too.
      return given.equals(NONE) ? NONE : given;
    }
  }

  /**
   * What one user may have, or one address where nobody is asked for a password; 0 = no bound of
   * its own.
   *
   * @param sessions connected or not
   * @param subscriptions of all its sessions
   * @param bytes of sessions, subscriptions, retained messages and topic aliases. Messages that
   *     wait are bounded for each session
   */
  public record Quotas(int sessions, int subscriptions, long bytes) {
    static Quotas bind(ConfValues values) {
      return new Quotas(
          values.integer("mqtt.max_sessions_per_user"),
          values.integer("mqtt.max_subscriptions_per_user"),
          values.number("mqtt.max_bytes_per_user"));
    }
  }

  /**
   * Clients that come again and again.
   *
   * @param maxCount how often a client may connect within the window; 0 = as often as it likes
   * @param windowSeconds how long a window is
   * @param banSeconds how long who comes more often is kept out
   */
  public record Flapping(int maxCount, long windowSeconds, long banSeconds) {
    static Flapping bind(ConfValues values) {
      return new Flapping(
          values.integer("flapping_detect.max_count"),
          values.seconds("flapping_detect.window_time"),
          values.seconds("flapping_detect.ban_time"));
    }
  }

  /**
   * A session that is there before its client comes.
   *
   * @param clientId whose it is
   * @param filters what it subscribes to, each with its QoS; in the order of the document
   */
  public record Preset(String clientId, Map<String, Integer> filters) {
    /** Presets that there may be. */
    public static final int MOST = 1_000;

    private static final String SESSIONS = "preset.session.";
    private static final String TOPIC = SESSIONS + "<n>.topic.<n>.";

    public Preset {
      filters = Collections.unmodifiableMap(new LinkedHashMap<>(filters));
    }

    static List<Preset> bind(ConfValues values) {
      return values.numbers(SESSIONS).stream().map(number -> bind(values, number)).toList();
    }

    private static Preset bind(ConfValues values, String number) {
      Map<String, Integer> filters = new LinkedHashMap<>();
      values
          .numbers(SESSIONS + number + ".topic.")
          .forEach(
              topic ->
                  filters.put(
                      values.text(TOPIC + "remote_topic", number, topic),
                      values.integer(TOPIC + "qos", number, topic)));
      return new Preset(values.text(SESSIONS + "<n>.clientid", number), filters);
    }
  }
}
