package io.nanomq.config.model;

import io.nanomq.config.setting.ConfValues;

/**
 * What one user may have, or one address where nobody is asked for a password; 0 = no bound of its
 * own.
 *
 * @param sessions connected or not
 * @param subscriptions of all its sessions
 * @param bytes of sessions, subscriptions, retained messages and topic aliases. Messages that wait
 *     are bounded for each session
 */
public record Quotas(int sessions, int subscriptions, long bytes) {
  static Quotas bind(ConfValues values) {
    return new Quotas(
        values.integer("mqtt.max_sessions_per_user"),
        values.integer("mqtt.max_subscriptions_per_user"),
        values.number("mqtt.max_bytes_per_user"));
  }
}
