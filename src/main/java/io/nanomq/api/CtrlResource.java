package io.nanomq.api;

import io.nanomq.api.json.ApiDone;
import io.nanomq.api.json.ApiException;
import io.nanomq.api.json.ResultCode;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.control.Reconciler;
import io.nanomq.control.process.Shutdown;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.extensions.Extension;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jboss.resteasy.reactive.RestPath;

/**
 * {@code /api/v4/ctrl/{action}} and its aliases. A restart puts the stored configuration in force
 * and answers when it is; a stop answers, then drains and ends the process.
 */
@Path(ApiRoutes.ROOT)
public class CtrlResource {
  private final Reconciler reconciler;
  private final Shutdown shutdown;

  public CtrlResource(Reconciler reconciler, Shutdown shutdown) {
    this.reconciler = reconciler;
    this.shutdown = shutdown;
  }

  /** The action's case does not count, as in the reference. */
  @POST
  @Path("/ctrl/{action}")
  @Operation(operationId = "ctrl_broker", summary = "Control broker stop or restart")
  @Extension(name = ApiRoutes.ERRORS, value = "400/108 404/101")
  public CompletionStage<ApiDone> control(
      @Parameter(description = "restart or stop, in any case") @RestPath String action,
      RoutingContext context) {
    return switch (action.toLowerCase(Locale.ROOT)) {
      case "restart" -> restart();
      case "stop" -> stop(context);
      default -> throw new ApiException(404, ResultCode.RPC_ERROR, "Unknown action: " + action);
    };
  }

  @POST
  @Path("/restart")
  @Operation(operationId = "restart_broker", summary = "Same as /ctrl/restart")
  public CompletionStage<ApiDone> restart() {
    return reconciler.apply("restart").thenApply(report -> ApiDone.DONE);
  }

  @POST
  @Path("/stop")
  @Operation(operationId = "stop_broker", summary = "Same as /ctrl/stop")
  public CompletionStage<ApiDone> stop(RoutingContext context) {
    context.addEndHandler(answered -> shutdown.begin());
    return CompletableFuture.completedFuture(ApiDone.DONE);
  }
}
