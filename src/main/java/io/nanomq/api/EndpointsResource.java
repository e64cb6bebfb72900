package io.nanomq.api;

import io.nanomq.api.json.ApiResult;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.api.route.Endpoint;
import io.nanomq.config.RunningConf;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;

/** {@code GET /api/v4}. */
@Path(ApiRoutes.ROOT)
public class EndpointsResource {
  private final RunningConf conf;

  public EndpointsResource(RunningConf conf) {
    this.conf = conf;
  }

  @GET
  public ApiResult<List<Endpoint>> list() {
    boolean givesTokens = conf.current().httpServer().givesTokens();
    return ApiResult.of(
        Endpoint.ALL.stream()
            .filter(endpoint -> givesTokens || !ApiRoutes.isLogin(ApiRoutes.ROOT + endpoint.path()))
            .toList());
  }
}
