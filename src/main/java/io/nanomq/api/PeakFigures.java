package io.nanomq.api;

import com.sun.management.OperatingSystemMXBean;
import io.nanomq.Broker;
import io.nanomq.router.TopicTree;
import jakarta.inject.Singleton;
import java.lang.management.ManagementFactory;

/**
 * Figures of the moment and the highest that were seen when somebody asked. Safe for any thread:
 * one lock around a few comparisons.
 */
@Singleton
public class PeakFigures {
  private Figures highest = new Figures(0, 0, 0, 0, 0, 0, 0);

  /**
   * What the broker is like.
   *
   * @param topics filters that somebody subscribes to
   * @param subscribers sessions with at least one subscription
   * @param memoryBytes heap in use
   * @param cpuPercent of all processors, 0 to 100
   */
  record Figures(
      int connections,
      int sessions,
      int topics,
      int subscribers,
      int retained,
      long memoryBytes,
      double cpuPercent) {}

  /** Figures of the moment, and the highest of each. */
  record Peaks(Figures now, Figures highest) {}

  synchronized Peaks now(Broker broker) {
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
            cpuPercent());
    highest = highest(now, highest);
    return new Peaks(now, highest);
  }

  private static Figures highest(Figures a, Figures b) {
    return new Figures(
        Math.max(a.connections, b.connections),
        Math.max(a.sessions, b.sessions),
        Math.max(a.topics, b.topics),
        Math.max(a.subscribers, b.subscribers),
        Math.max(a.retained, b.retained),
        Math.max(a.memoryBytes, b.memoryBytes),
        Math.max(a.cpuPercent, b.cpuPercent));
  }

  private static double cpuPercent() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? Math.max(0, system.getProcessCpuLoad() * 100)
        : 0;
  }
}
