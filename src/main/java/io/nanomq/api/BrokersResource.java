package io.nanomq.api;

import io.nanomq.api.json.ApiResult;
import io.nanomq.api.route.ApiRoutes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;

/** {@code GET /api/v4/brokers}. */
@Path(ApiRoutes.ROOT + "/brokers")
public class BrokersResource {
  private final NodeStatus status;

  public BrokersResource(NodeStatus status) {
    this.status = status;
  }

  @GET
  public ApiResult<List<NodeStatus.BrokerView>> list() {
    return ApiResult.of(List.of(status.broker()));
  }
}
