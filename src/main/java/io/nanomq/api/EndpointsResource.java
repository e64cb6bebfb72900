package io.nanomq.api;

import io.nanomq.api.json.ApiResult;
import io.nanomq.api.route.AnyQuery;
import io.nanomq.api.route.ApiEndpoint;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.api.route.Endpoints;
import io.nanomq.config.RunningConf;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** {@code GET /api/v4}. */
@Path(ApiRoutes.ROOT)
public class EndpointsResource {
  private final Endpoints endpoints;
  private final RunningConf conf;

  public EndpointsResource(Endpoints endpoints, RunningConf conf) {
    this.endpoints = endpoints;
    this.conf = conf;
  }

  @GET
  @NonBlocking
  @AnyQuery
  @Operation(operationId = "list_endpoints", summary = "A list of all endpoints")
  public ApiResult<List<ApiEndpoint>> list() {
    boolean givesTokens = conf.current().httpServer().givesTokens();
    return ApiResult.of(
        endpoints.listed().stream()
            .filter(endpoint -> givesTokens || !ApiRoutes.isLogin(ApiRoutes.ROOT + endpoint.path()))
            .toList());
  }
}
