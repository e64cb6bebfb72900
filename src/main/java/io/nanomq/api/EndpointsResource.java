package io.nanomq.api;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;

/** {@code GET /api/v4}. */
@Path(ApiRoutes.ROOT)
public class EndpointsResource {

  @GET
  public ApiResult<List<Endpoint>> list() {
    return ApiResult.of(Endpoint.ALL);
  }
}
