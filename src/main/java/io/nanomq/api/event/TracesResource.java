package io.nanomq.api.event;

import io.nanomq.api.auth.ApiLogin;
import io.nanomq.api.json.ApiDone;
import io.nanomq.api.json.ApiException;
import io.nanomq.api.json.ApiResult;
import io.nanomq.api.json.JsonBody;
import io.nanomq.api.json.ResultCode;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.api.route.RequiredRole;
import io.nanomq.control.RunningBroker;
import io.nanomq.control.access.Role;
import io.nanomq.trace.TraceTarget;
import io.nanomq.trace.Traces;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.core.http.HttpConnection;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.Flow;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.extensions.Extension;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.ResponseHeader;
import org.jboss.resteasy.reactive.RestPath;

/** {@code /api/v4/traces}: what happens to one client, address or topic, line by line. */
@Path(ApiRoutes.ROOT + "/traces")
public class TracesResource {
  private final RunningBroker running;
  private final EventStreams streams;

  public TracesResource(RunningBroker running, EventStreams streams) {
    this.running = running;
    this.streams = streams;
  }

  /**
   * A trace that is on.
   *
   * @param lines that it has told
   * @param seconds until it ends by itself
   */
  public record View(
      long id, String type, String value, boolean payload, long lines, long seconds) {
    static View of(Traces.Status status) {
      TraceTarget target = status.target();
      return new View(
          status.id(),
          target.type().name().toLowerCase(Locale.ROOT),
          target.value(),
          target.withPayload(),
          status.lines(),
          status.secondsLeft());
    }
  }

  @GET
  @Operation(operationId = "list_traces", summary = "Traces that are on")
  public ApiResult<List<View>> list() {
    return ApiResult.of(traces().list().stream().map(View::of).toList());
  }

  @POST
  @RequiredRole(Role.OPERATOR)
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @NonBlocking
  // Neither kept by anybody on the way, nor held back until there is more of it.
  @ResponseHeader(name = "Cache-Control", value = "no-cache")
  @ResponseHeader(name = "X-Accel-Buffering", value = "no")
  @Operation(
      operationId = "follow_trace",
      summary = "Follow a client, an address or a topic",
      description = "Server-sent events until it ends by time or lines, or its reader goes")
  @RequestBody(content = @Content(schema = @Schema(implementation = TraceRequest.class)))
  @APIResponse(
      responseCode = "200",
      content =
          @Content(
              mediaType = MediaType.SERVER_SENT_EVENTS,
              schema = @Schema(implementation = String.class)))
  @Extension(name = ApiRoutes.ERRORS, value = "400/107 400/108 400/109 400/115 503/101")
  public Flow.Publisher<OutboundSseEvent> follow(
      byte[] body, @Context Sse sse, RoutingContext context) {
    TraceTarget target = JsonBody.read(body, TraceRequest.class).target();
    ApiLogin login = Objects.requireNonNull(ApiLogin.of(context), "it came through the gate");
    HttpConnection connection = context.request().connection();
    Traces traces = traces();
    OptionalLong id = traces.prepare(target);
    if (id.isEmpty()) {
      throw new ApiException(
          503, ResultCode.RPC_ERROR, "Traces that may be on at once: " + Traces.MOST);
    }
    long number = id.getAsLong();
    try {
      return streams
          .open(
              EventFilter.ofTrace(number),
              sse,
              connection,
              login,
              () -> traces.end(number, "reader"))
          .beginsWith(Map.of("id", number), () -> traces.look(number));
    } catch (ApiException full) {
      traces.end(number, "reader");
      throw full;
    }
  }

  @DELETE
  @Path("/{id}")
  @RequiredRole(Role.OPERATOR)
  @Operation(operationId = "end_trace", summary = "End a trace")
  @Extension(name = ApiRoutes.ERRORS, value = "400/108")
  public ApiDone end(@RestPath String id) {
    if (!id.matches("\\d{1,18}") || !traces().end(Long.parseLong(id), "removed")) {
      throw ApiException.badParameter("No number of a trace: " + id);
    }
    return ApiDone.DONE;
  }

  private Traces traces() {
    return running.get().integrations().traces();
  }
}
