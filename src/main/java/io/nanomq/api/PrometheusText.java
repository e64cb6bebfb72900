package io.nanomq.api;

import io.nanomq.metrics.CounterSnapshot;
import java.util.Locale;

/**
 * The reference's fifteen metrics under its names, in Prometheus's text format. As there, topics
 * are the filters that somebody subscribes to, and subscribers the sessions that have a
 * subscription.
 */
final class PrometheusText {
  private final StringBuilder out = new StringBuilder(2048);

  private PrometheusText() {}

  static String of(BrokerFigures.Figures now, CounterSnapshot counters) {
    var text = new PrometheusText();
    var max = now.highest() == null ? now : now.highest();
    text.gauges("connections", now.connections(), max.connections());
    text.gauges("sessions", now.sessions(), max.sessions());
    text.gauges("topics", now.topics(), max.topics());
    text.gauges("subscribers", now.subscribers(), max.subscribers());
    text.metric("messages_received", "counter", "", counters.publishesReceived());
    text.metric("messages_sent", "counter", "", counters.publishesSent());
    text.metric("messages_dropped", "counter", "", counters.messagesDropped());
    text.metric("memory_usage", "gauge", " (b)", now.memoryBytes());
    text.metric("memory_usage_max", "gauge", " (b)", max.memoryBytes());
    text.metric("cpu_usage", "gauge", " (%)", percent(now.cpuPercent()));
    text.metric("cpu_usage_max", "gauge", " (%)", percent(max.cpuPercent()));
    return text.out.toString();
  }

  private static String percent(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  private void gauges(String name, int count, int max) {
    metric(name + "_count", "gauge", "", count);
    metric(name + "_max", "gauge", "", max);
  }

  private void metric(String name, String type, String unit, Object value) {
    String full = "nanomq_" + name;
    out.append("# TYPE ").append(full).append(' ').append(type).append('\n');
    out.append("# HELP ").append(full).append(unit).append('\n');
    out.append(full).append(' ').append(value).append('\n');
  }
}
