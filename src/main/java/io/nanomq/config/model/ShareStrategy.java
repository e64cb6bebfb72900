package io.nanomq.config.model;

import java.util.Locale;

/**
 * Which member of a shared subscription gets a message; MQTT 5.0, section 4.8.2, leaves it to the
 * server. Whatever is chosen, a member that is away, full or cannot take the packet is passed over
 * where another one is there.
 */
public enum ShareStrategy {
  /** One after the other. */
  ROUND_ROBIN,
  /** Any, with the same chance. */
  RANDOM,
  /** Always the same one, for as long as it can take messages; then another. */
  STICKY,
  /** The same one for all messages of one publisher, for as long as the members are the same. */
  HASH_CLIENTID,
  /** The same one for all messages of one topic, for as long as the members are the same. */
  HASH_TOPIC,
  /**
   * The one with the fewest messages sent and not acknowledged. At most 16 members are looked at
   * for one message, others for the next: to look at all of a large group costs too much.
   */
  LEAST_INFLIGHT;

  /** By its name in a configuration. */
  static ShareStrategy of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
