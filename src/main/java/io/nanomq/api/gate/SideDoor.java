package io.nanomq.api.gate;

import io.nanomq.api.json.ApiError;
import io.nanomq.api.json.ResultCode;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

/**
 * The second lock of the API. {@link ApiGate} looks at a path as it was sent, and the framework
 * finds resources by a path that it has decoded, cleaned of dots and double slashes and stripped of
 * matrix parameters: {@code /%61pi/v4/nodes} is none of the gate's business and yet would lead to
 * {@code /api/v4/nodes}. Whoever did not come through the gate finds nothing.
 */
public class SideDoor {

  /** 404/102 for a request that nobody has asked for credentials. */
  @ServerRequestFilter(preMatching = true)
  public @Nullable Response refuse(RoutingContext context) {
    if (ApiGate.letIn(context)) {
      return null;
    }
    return Response.status(404)
        .type(MediaType.APPLICATION_JSON)
        .entity(ApiError.of(ResultCode.UNKNOWN_MISTAKE, "No such path"))
        .build();
  }
}
