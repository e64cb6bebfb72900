package io.nanomq.api;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.nanomq.bridge.BridgeStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * {@code /metrics} in the reference's shape.
 *
 * @param metrics one element for each bridge
 * @param cpuinfo load of the process in percent of all processors
 * @param memory bytes of heap in use
 */
@JsonPropertyOrder({"metrics", "cpuinfo", "memory", "connections"})
public record MetricsView(
    List<Map<String, Object>> metrics, String cpuinfo, String memory, int connections) {

  static MetricsView of(PeakFigures.Figures now, List<BridgeStatus> bridges) {
    return new MetricsView(
        bridges.stream().map(MetricsView::of).toList(),
        String.format(Locale.ROOT, "%.2f%%", now.cpuPercent()),
        Long.toString(now.memoryBytes()),
        now.connections());
  }

  /** A bridge among {@code /metrics}, as NanoMQ 0.25 names what it has done. */
  private static Map<String, Object> of(BridgeStatus status) {
    BridgeStatus.Counts counts = status.counts();
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("bridge name", status.conf().name());
    shown.put("sent messages", counts.sent());
    shown.put("received messages", counts.received());
    shown.put("sent bytes", counts.sentBytes());
    shown.put("received bytes", counts.receivedBytes());
    shown.put("MQTT reconnect times", counts.reconnects());
    shown.put("uplink msg dropped", counts.dropped() + counts.refused());
    shown.put("downlink msg dropped", counts.receivedDropped());
    return shown;
  }
}
