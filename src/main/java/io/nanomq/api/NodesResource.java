package io.nanomq.api;

import io.nanomq.Broker;
import io.nanomq.api.json.ApiResult;
import io.nanomq.api.route.AnyQuery;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.control.RunningBroker;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** {@code GET /api/v4/brokers} and {@code /nodes}: lists of which this process is the only one. */
@Path(ApiRoutes.ROOT)
public class NodesResource {
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

  public NodesResource(
      RunningBroker running,
      @ConfigProperty(name = "quarkus.application.version") String version,
      Clock clock) {
    this.running = running;
    this.version = version;
    this.clock = clock;
  }

  @GET
  @Path("/brokers")
  @NonBlocking
  @AnyQuery
  @Operation(operationId = "list_brokers", summary = "A list of brokers in the cluster")
  public ApiResult<List<BrokerView>> brokers() {
    String now = DATE_TIME.format(clock.instant().atZone(clock.getZone()));
    String uptime = uptime(running.get());
    return ApiResult.of(List.of(new BrokerView(now, RUNNING, "NanoMQ Broker", uptime, version)));
  }

  @GET
  @Path("/nodes")
  @NonBlocking
  @AnyQuery
  @Operation(operationId = "list_nodes", summary = "A list of nodes in the cluster")
  public ApiResult<List<NodeView>> nodes() {
    Broker broker = running.get();
    int connections = broker.sessions().connectionCount();
    return ApiResult.of(List.of(new NodeView(connections, RUNNING, uptime(broker), version)));
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
