package io.nanomq.config.key;

import static java.util.Map.entry;

import java.util.Map;
import java.util.Set;

/**
 * Names that other versions of NanoMQ have or had, so that their files are read. Those that mean
 * what another key means count where that one is not given; those that keep clients out and have no
 * such key are refused.
 */
public final class FormerKeys {
  /** What stands in {@code rules.mysql} of 0.14, where later versions have names. */
  public static final Set<String> MYSQL = Set.of("name", "enable", "rules");

  /** A former name to the key that took its place, both ids. */
  public static final Map<String, String> SUCCESSORS =
      Map.ofEntries(
          entry("keepalive_backoff", "mqtt.keepalive_multiplier"),
          entry("mqtt.session.keepalive_backoff", "mqtt.keepalive_multiplier"),
          entry("mqtt.session.property_size", "mqtt.property_size"),
          entry("mqtt.session.max_packet_size", "mqtt.max_packet_size"),
          entry("mqtt.session.client_max_packet_size", "mqtt.client_max_packet_size"),
          entry("mqtt.session.msq_len", "mqtt.max_mqueue_len"),
          entry("mqtt.session.qos_duration", "mqtt.retry_interval"),
          entry("mqtt.session.allow_anonymous", "auth.allow_anonymous"),
          entry("authorization.no_match", "auth.no_match"),
          entry("authorization.deny_action", "auth.deny_action"));

  /** What stands beside the users of {@code auth.password} in the enterprise edition. */
  public static final String SWITCH = "enable";

  private FormerKeys() {}
}
