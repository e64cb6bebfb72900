package io.nanomq.config.model;

import io.nanomq.config.setting.ConfValues;

/**
 * What the broker tells about itself and its clients.
 *
 * @param sysIntervalMillis how often figures are published under {@code $SYS}; 0 = never
 * @param clientTopics whether clients that come and go are published there
 * @param node what the broker is called in these topics; empty = the name of the machine
 * @param streams streams of events that the HTTP API serves
 */
public record EventsConf(
    long sysIntervalMillis, boolean clientTopics, String node, Streams streams) {

  /**
   * Streams of events.
   *
   * @param most how many are served at once; 0 = none
   * @param buffer events that may wait for the reader of one
   * @param beatMillis from one sign of life to the next
   */
  public record Streams(int most, int buffer, long beatMillis) {
    static Streams bind(ConfValues values) {
      return new Streams(
          values.integer("http_server.max_event_streams"),
          values.integer("http_server.event_buffer"),
          values.number("http_server.event_heartbeat"));
    }
  }

  static EventsConf bind(ConfValues values) {
    return new EventsConf(
        values.number("sys_topics.interval"),
        values.bool("sys_topics.client_events"),
        values.text("sys_topics.node"),
        Streams.bind(values));
  }
}
