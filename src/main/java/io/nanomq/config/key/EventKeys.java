package io.nanomq.config.key;

import static io.nanomq.config.key.ConfKey.of;
import static io.nanomq.config.key.ConfType.BOOL;
import static io.nanomq.config.key.ConfType.TEXT;
import static io.nanomq.config.key.ConfType.duration;
import static io.nanomq.config.key.ConfType.integer;
import static io.nanomq.config.key.Effect.HOT;
import static io.nanomq.config.key.Quantity.DAY;
import static io.nanomq.config.key.Quantity.MINUTE;
import static io.nanomq.config.key.Quantity.SECOND;

import java.util.List;

/** Keys of what the broker tells about itself: the topics under $SYS, and streams of events. */
final class EventKeys {
  private EventKeys() {}

  static List<ConfKey> keys() {
    return List.of(
        of(
            "sys_topics.interval",
            duration(1000, 0, DAY),
            "60",
            HOT,
            "How often figures of the broker are published under $SYS/brokers/; 0 = never."),
        of(
            "sys_topics.client_events",
            BOOL,
            "true",
            HOT,
            "Whether clients that come and go are published under $SYS/brokers/."),
        of(
            "sys_topics.node",
            TEXT,
            null,
            HOT,
            "What the broker is called in the topics of its figures; unset = the host's name."),
        of(
            "http_server.max_event_streams",
            integer(0, 10_000),
            "16",
            HOT,
            "Streams of events (GET /events) that are served at once; 0 = none."),
        of(
            "http_server.event_buffer",
            integer(16, 1_000_000),
            "1024",
            HOT,
            "Events that may wait for the reader of one stream; further ones are lost."),
        of(
            "http_server.event_heartbeat",
            duration(SECOND, SECOND, MINUTE),
            "15s",
            HOT,
            "How often a stream of events that has nothing to tell shows that it is there; streams "
                + "that begin later follow a change."));
  }
}
