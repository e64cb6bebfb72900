package io.nanomq.api;

import io.nanomq.api.json.ApiResult;
import io.nanomq.api.route.AnyQuery;
import io.nanomq.api.route.ApiRoutes;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** {@code GET /api/v4/nodes}. */
@Path(ApiRoutes.ROOT + "/nodes")
public class NodesResource {
  private final NodeStatus status;

  public NodesResource(NodeStatus status) {
    this.status = status;
  }

  @GET
  @NonBlocking
  @AnyQuery
  @Operation(operationId = "list_nodes", summary = "A list of nodes in the cluster")
  public ApiResult<List<NodeStatus.NodeView>> list() {
    return ApiResult.of(List.of(status.node()));
  }
}
