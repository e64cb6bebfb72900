package io.nanomq.api.configuration;

import io.nanomq.api.json.ApiDone;
import io.nanomq.api.json.ApiResult;
import io.nanomq.api.json.JsonBody;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.config.setting.ConfException;
import io.nanomq.control.Reconciler;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.Map;
import java.util.concurrent.CompletionStage;

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
  public ApiResult<Map<String, Object>> get() {
    return ApiResult.of(HotValues.of(reconciler.running()));
  }

  @POST
  @Blocking
  public CompletionStage<ApiDone> set(byte[] body) throws ConfException {
    return reconciler
        .applyOnly(HotValues.patch(JsonBody.data(body), reconciler.running()))
        .thenApply(report -> ApiDone.DONE);
  }
}
