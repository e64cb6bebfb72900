package io.nanomq.event;

import io.nanomq.metrics.CounterSnapshot;
import io.nanomq.metrics.DropReason;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What the broker tells about itself under {@code $SYS}.
 *
 * @param version of the broker
 * @param uptimeSeconds since it began
 * @param now time of day
 * @param gauges what there is, by topic
 * @param counters what was counted since the broker began
 */
public record SysFigures(
    String version,
    long uptimeSeconds,
    Instant now,
    Map<String, Number> gauges,
    CounterSnapshot counters) {
  private static final DateTimeFormatter DATE_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

  /** Payloads by topic, below the topic of the node. */
  Map<String, String> topics() {
    Map<String, String> topics = new LinkedHashMap<>();
    topics.put("version", version);
    topics.put("sysdescr", "NanoMQ Broker");
    topics.put("uptime", Long.toString(uptimeSeconds));
    topics.put("datetime", DATE_TIME.format(now.atZone(ZoneId.systemDefault())));
    gauges.forEach((topic, value) -> topics.put(topic, value.toString()));
    put(topics, "connections/accepted", counters.connectionsAccepted());
    put(topics, "connections/closed", counters.connectionsClosed());
    put(topics, "packets/received", counters.packetsReceived());
    put(topics, "messages/received", counters.publishesReceived());
    put(topics, "messages/sent", counters.publishesSent());
    put(topics, "messages/queued", counters.deliveriesQueued());
    put(topics, "messages/dropped", counters.messagesDropped());
    for (DropReason reason : DropReason.values()) {
      String name = reason.name().toLowerCase(Locale.ROOT);
      put(topics, "dropped/" + name, counters.drops(reason));
    }
    return topics;
  }

  private static void put(Map<String, String> topics, String topic, long value) {
    topics.put(topic, Long.toString(value));
  }
}
