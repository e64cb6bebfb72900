package io.nanomq.api.event;

import io.nanomq.api.auth.ApiLogin;
import io.nanomq.api.route.ApiRoutes;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.core.http.HttpConnection;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.util.Objects;
import java.util.concurrent.Flow;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.extensions.Extension;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.ResponseHeader;

/** {@code /api/v4/events}: what happens in the broker, as server-sent events. */
@Path(ApiRoutes.ROOT + "/events")
public class EventsResource {
  private final EventStreams streams;

  public EventsResource(EventStreams streams) {
    this.streams = streams;
  }

  @GET
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @NonBlocking
  // Neither kept by anybody on the way, nor held back until there is more of it.
  @ResponseHeader(name = "Cache-Control", value = "no-cache")
  @ResponseHeader(name = "X-Accel-Buffering", value = "no")
  @Operation(
      operationId = "follow_events",
      summary = "What happens in the broker, as server-sent events",
      description = "connected, disconnected, subscribed, unsubscribed, dropped")
  @APIResponse(
      responseCode = "200",
      content =
          @Content(
              mediaType = MediaType.SERVER_SENT_EVENTS,
              schema = @Schema(implementation = String.class)))
  @Extension(name = ApiRoutes.ERRORS, value = "400/108 503/101")
  @Parameter(
      name = "type",
      in = ParameterIn.QUERY,
      description = "Kinds of events, with commas",
      schema = @Schema(implementation = String.class))
  @Parameter(
      name = "clientid",
      in = ParameterIn.QUERY,
      description = "Only those of this client",
      schema = @Schema(implementation = String.class))
  public Flow.Publisher<OutboundSseEvent> follow(
      @Context UriInfo uri, @Context Sse sse, RoutingContext context) {
    EventFilter filter = EventFilter.parse(uri.getQueryParameters());
    HttpConnection connection = context.request().connection();
    ApiLogin login = Objects.requireNonNull(ApiLogin.of(context), "it came through the gate");
    return streams.open(filter, sse, connection, login, () -> {});
  }
}
