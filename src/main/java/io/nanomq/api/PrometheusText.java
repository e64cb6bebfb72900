package io.nanomq.api;

import io.nanomq.bridge.BridgeStatus;
import io.nanomq.bridge.BridgeStatus.State;
import io.nanomq.metrics.CounterSnapshot;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/**
 * The reference's fifteen metrics under its names, in Prometheus's text format. As there, topics
 * are the filters that somebody subscribes to, and subscribers the sessions that have a
 * subscription.
 */
final class PrometheusText {
  private final StringBuilder out = new StringBuilder(2048);

  private PrometheusText() {}

  static String of(PeakFigures.Peaks peaks, CounterSnapshot counters, List<BridgeStatus> bridges) {
    var text = new PrometheusText();
    var now = peaks.now();
    var max = peaks.highest();
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
    text.bridges(bridges);
    return text.out.toString();
  }

  private static String percent(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  private void bridges(List<BridgeStatus> all) {
    if (all.isEmpty()) {
      return;
    }
    bridges("connected", "gauge", all, b -> b.state() == State.CONNECTED ? 1 : 0);
    bridges("queued", "gauge", all, BridgeStatus::queued);
    bridges("messages_sent", "counter", all, b -> b.counts().sent());
    bridges("messages_received", "counter", all, b -> b.counts().received());
    bridges("messages_dropped", "counter", all, b -> b.counts().dropped());
    bridges("messages_refused", "counter", all, b -> b.counts().refused());
    bridges("reconnects", "counter", all, b -> b.counts().reconnects());
  }

  private void bridges(
      String name, String type, List<BridgeStatus> all, ToLongFunction<BridgeStatus> value) {
    String full = "nanomq_bridge_" + name;
    out.append("# TYPE ").append(full).append(' ').append(type).append('\n');
    out.append("# HELP ").append(full).append('\n');
    for (BridgeStatus each : all) {
      String label =
          each.conf().name().replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
      out.append(full).append("{bridge=\"").append(label).append("\"} ");
      out.append(value.applyAsLong(each)).append('\n');
    }
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
