package io.nanomq.api;

import io.nanomq.Broker;
import io.nanomq.control.RunningBroker;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.format.DateTimeFormatter;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What {@code /brokers} and {@code /nodes} say about this process, in their shapes. */
@Singleton
public class NodeStatus {
  private static final String RUNNING = "Running";
  private static final DateTimeFormatter DATE_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

  private final RunningBroker running;
  private final String version;
  private final Clock clock;

  /** One element of {@code /brokers}; {@code datetime} is local time. */
  public record BrokerView(
      String datetime, String node_status, String sysdescr, String uptime, String version) {}

  /** One element of {@code /nodes}; {@code connections} counts network connections. */
  public record NodeView(int connections, String node_status, String uptime, String version) {}

  public NodeStatus(
      RunningBroker running,
      @ConfigProperty(name = "quarkus.application.version") String version,
      Clock clock) {
    this.running = running;
    this.version = version;
    this.clock = clock;
  }

  BrokerView broker() {
    String now = DATE_TIME.format(clock.instant().atZone(clock.getZone()));
    return new BrokerView(now, RUNNING, "NanoMQ Broker", uptime(running.get()), version);
  }

  NodeView node() {
    Broker broker = running.get();
    return new NodeView(broker.sessions().connectionCount(), RUNNING, uptime(broker), version);
  }

  private String uptime(Broker broker) {
    return uptime(broker.uptime());
  }

  /** Hours without a limit, always in the plural, as the reference writes it. */
  static String uptime(Duration up) {
    return up.toHours()
        + " Hours, "
        + up.toMinutesPart()
        + " minutes, "
        + up.toSecondsPart()
        + " seconds";
  }
}
