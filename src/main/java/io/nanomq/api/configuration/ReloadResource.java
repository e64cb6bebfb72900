package io.nanomq.api.configuration;

import io.nanomq.api.json.ApiDone;
import io.nanomq.api.json.ApiResult;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.config.setting.ConfException;
import io.nanomq.control.Reconciler;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.extensions.Extension;

/**
 * {@code /api/v4/reload}: the values that apply at once, under NanoMQ 0.25's names. Other than
 * there they are stored too, so that a restart does not take them back.
 */
@Path(ApiRoutes.ROOT + "/reload")
public class ReloadResource {
  private final Reconciler reconciler;

  public ReloadResource(Reconciler reconciler) {
    this.reconciler = reconciler;
  }

  @GET
  @Operation(
      operationId = "get_hot_updatable_configuration",
      summary = "show the configuration that can be hot updated")
  public ApiResult<Map<String, Object>> get() {
    return ApiResult.of(HotValues.of(reconciler.running()));
  }

  @POST
  @Blocking
  @Operation(
      operationId = "set_hot_updatable_configuration",
      summary = "set the configuration that can be hot updated")
  @Extension(name = ApiRoutes.ERRORS, value = "400/107 400/108 400/109")
  public CompletionStage<ApiDone> set(ConfigurationEdit edit) throws ConfException {
    return reconciler
        .applyOnly(HotValues.patch(edit.data(), reconciler.running()))
        .thenApply(report -> ApiDone.DONE);
  }
}
