package io.nanomq.api;

import io.nanomq.api.json.ApiResult;
import io.nanomq.api.route.AnyQuery;
import io.nanomq.api.route.ApiRoutes;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** {@code GET /api/v4/brokers}. */
@Path(ApiRoutes.ROOT + "/brokers")
public class BrokersResource {
  private final NodeStatus status;

  public BrokersResource(NodeStatus status) {
    this.status = status;
  }

  @GET
  @NonBlocking
  @AnyQuery
  @Operation(operationId = "list_brokers", summary = "A list of brokers in the cluster")
  public ApiResult<List<NodeStatus.BrokerView>> list() {
    return ApiResult.of(List.of(status.broker()));
  }
}
