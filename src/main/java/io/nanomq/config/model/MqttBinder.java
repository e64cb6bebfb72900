package io.nanomq.config.model;

import io.nanomq.config.key.MqttKeys;
import io.nanomq.config.setting.ConfValues;
import io.nanomq.memory.MemoryBudgets;
import io.nanomq.memory.Purpose;

/** Settings to {@link MqttConf}. */
public final class MqttBinder {
  /** What a session costs that has neither subscriptions nor messages nor a will. */
  private static final long SESSION_BYTES = 1024;

  private MqttBinder() {}

  public static MqttConf bind(ConfValues values) {
    return new MqttConf(
        packet(values.number("mqtt.max_packet_size")),
        packet(values.number("mqtt.client_max_packet_size")),
        values.integer("mqtt.property_size"),
        values.integer("mqtt.max_mqueue_len"),
        values.number("mqtt.max_mqueue_size"),
        (int) values.seconds("mqtt.retry_interval"),
        values.decimal("mqtt.keepalive_multiplier"),
        (int) values.seconds("mqtt.max_keepalive"),
        values.integer("mqtt.max_inflight_window"),
        values.integer("mqtt.receive_maximum"),
        values.integer("mqtt.max_topic_alias"),
        values.integer("mqtt.max_topic_levels"),
        values.integer("mqtt.max_clientid_len"),
        values.integer("mqtt.max_filters_per_packet"),
        values.integer("mqtt.max_filters_per_client"),
        values.seconds("mqtt.max_session_expiry_interval"),
        values.integer("mqtt.max_retained_messages"),
        values.integer("mqtt.max_connections"),
        sessions(values.integer("mqtt.max_sessions")),
        (int) values.seconds("mqtt.connect_timeout"),
        values.bool("auth.allow_anonymous"),
        values.bool("mqtt.message_per_filter"));
  }

  private static int packet(long configured) {
    return (int) Math.min(configured, MqttKeys.MAX_PACKET);
  }

  private static int sessions(int configured) {
    long fit = MemoryBudgets.ofProcess().of(Purpose.SESSIONS).limit() / SESSION_BYTES;
    return configured > 0 ? configured : (int) Math.min(Integer.MAX_VALUE, fit);
  }
}
