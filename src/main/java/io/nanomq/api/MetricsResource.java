package io.nanomq.api;

import io.nanomq.api.route.AnyQuery;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.control.RunningBroker;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** {@code /metrics} and {@code /prometheus}, as NanoMQ 0.25 has them. */
@Path(ApiRoutes.ROOT)
public class MetricsResource {
  private final RunningBroker running;
  private final PeakFigures figures;

  public MetricsResource(RunningBroker running, PeakFigures figures) {
    this.running = running;
    this.figures = figures;
  }

  @GET
  @NonBlocking
  @Path("/metrics")
  @AnyQuery
  @Operation(
      operationId = "list_metrics",
      summary = "A list of metrics of the broker",
      description = "Processor, memory and connections; other than elsewhere without a code")
  public MetricsView metrics() {
    var broker = running.get();
    return MetricsView.of(figures.now(broker).now(), broker.bridges().latest());
  }

  @GET
  @Path("/prometheus")
  @Produces(MediaType.TEXT_PLAIN)
  @AnyQuery
  @Operation(operationId = "get_prometheus", summary = "The metrics of the broker for Prometheus")
  public CompletionStage<String> prometheus() {
    var broker = running.get();
    return broker
        .counters()
        .thenApply(
            counters ->
                PrometheusText.of(figures.now(broker), counters, broker.bridges().latest()));
  }
}
