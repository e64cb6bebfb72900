package io.nanomq.config.model;

import io.nanomq.config.setting.ConfValues;

/**
 * What the broker tells about itself and its clients.
 *
 * @param sysIntervalMillis how often figures are published under {@code $SYS}; 0 = never
 * @param clientTopics whether clients that come and go are published there
 * @param node what the broker is called in these topics; empty = the name of the machine
 * @param maxStreams streams of events that the HTTP API serves at once; 0 = none
 * @param streamBuffer events that may wait for the reader of one stream
 */
public record EventsConf(
    long sysIntervalMillis, boolean clientTopics, String node, int maxStreams, int streamBuffer) {

  public static EventsConf defaults() {
    return bind(ConfValues.NONE);
  }

  static EventsConf bind(ConfValues values) {
    return new EventsConf(
        values.number("sys_topics.interval"),
        values.bool("sys_topics.client_events"),
        values.text("sys_topics.node"),
        values.integer("http_server.max_event_streams"),
        values.integer("http_server.event_buffer"));
  }
}
