package io.nanomq.config.model;

import io.nanomq.config.setting.ConfValues;

/**
 * How fast one client may send and get, each per second; 0 = as fast as it likes.
 *
 * @param messages PUBLISH packets that it sends
 * @param bytes of all packets that it sends
 * @param deliveries PUBLISH packets that it gets; more of them wait in its queue
 * @param disconnects whether who sends more is disconnected (0x96), in place of not being read from
 *     for a while
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
    // By identity is how the data path asks.
    return given.messages == 0 && given.bytes == 0 && given.deliveries == 0 ? NONE : given;
  }
}
