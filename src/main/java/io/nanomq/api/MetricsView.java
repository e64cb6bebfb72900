package io.nanomq.api;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
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

  static MetricsView of(BrokerFigures.Figures now) {
    return new MetricsView(
        List.of(),
        String.format(Locale.ROOT, "%.2f%%", now.cpuPercent()),
        Long.toString(now.memoryBytes()),
        now.connections());
  }
}
