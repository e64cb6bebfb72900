package io.nanomq.api;

import io.nanomq.api.json.ApiResult;
import io.nanomq.api.route.ApiRoutes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;

/** {@code GET /api/v4/nodes}. */
@Path(ApiRoutes.ROOT + "/nodes")
public class NodesResource {
  private final NodeStatus status;

  public NodesResource(NodeStatus status) {
    this.status = status;
  }

  @GET
  public ApiResult<List<NodeStatus.NodeView>> list() {
    return ApiResult.of(List.of(status.node()));
  }
}
