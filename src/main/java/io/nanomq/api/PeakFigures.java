package io.nanomq.api;

import com.sun.management.OperatingSystemMXBean;
import io.nanomq.Broker;
import io.nanomq.router.TopicTree;
import jakarta.inject.Singleton;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/**
 * Figures of the moment and the highest that were seen when somebody asked. Safe for any thread:
 * one lock around a few comparisons.
 */
@Singleton
public class PeakFigures {
  private Figures highest = new Figures(0, 0, 0, 0, 0, 0, 0, null);

  /**
   * What the broker is like.
   *
   * @param topics filters that somebody subscribes to
   * @param subscribers sessions with at least one subscription
   * @param memoryBytes heap in use
   * @param cpuPercent of all processors, 0 to 100
   * @param highest of each, null in itself
   */
  record Figures(
      int connections,
      int sessions,
      int topics,
      int subscribers,
      int retained,
      long memoryBytes,
      double cpuPercent,
      @Nullable Figures highest) {}

  synchronized Figures now(Broker broker) {
    Runtime runtime = Runtime.getRuntime();
    TopicTree.Counts subscriptions = broker.subscriptionCounts();
    Figures now =
        new Figures(
            broker.sessions().connectionCount(),
            broker.sessions().size(),
            subscriptions.filters(),
            subscriptions.recipients(),
            broker.retained().size(),
            runtime.totalMemory() - runtime.freeMemory(),
            cpuPercent(),
            null);
    highest = highest(now, highest);
    return new Figures(
        now.connections,
        now.sessions,
        now.topics,
        now.subscribers,
        now.retained,
        now.memoryBytes,
        now.cpuPercent,
        highest);
  }

  private static Figures highest(Figures a, Figures b) {
    return new Figures(
        Math.max(a.connections, b.connections),
        Math.max(a.sessions, b.sessions),
        Math.max(a.topics, b.topics),
        Math.max(a.subscribers, b.subscribers),
        Math.max(a.retained, b.retained),
        Math.max(a.memoryBytes, b.memoryBytes),
        Math.max(a.cpuPercent, b.cpuPercent),
        null);
  }

  private static double cpuPercent() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? Math.max(0, system.getProcessCpuLoad() * 100)
        : 0;
  }
}
