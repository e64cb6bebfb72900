package io.nanomq.api;

import io.nanomq.config.ConfPatch;
import io.nanomq.config.ConfView;
import io.nanomq.config.PemStore;
import io.nanomq.control.ConfInputs;
import io.nanomq.control.Reconciler;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/v4/configuration}: reads what runs, edits what is stored. The store is put in force
 * by the restart action, or by itself with {@code config.apply=auto}.
 */
@Path(ApiRoutes.ROOT + "/configuration")
public class ConfigurationResource {
  private final Reconciler reconciler;
  private final ConfInputs inputs;
  private final PemStore pems;

  public ConfigurationResource(Reconciler reconciler, ConfInputs inputs, PemStore pems) {
    this.reconciler = reconciler;
    this.inputs = inputs;
    this.pems = pems;
  }

  // Reads the TLS files, as the edit reads megabytes, so not on an event loop.
  @GET
  @Blocking
  public ApiResult<Map<String, @Nullable Object>> get() {
    return ApiResult.of(ConfView.of(reconciler.running(), inputs.workingDirectory(), pems));
  }

  // A body may be megabytes, which a parser needs longer for than a loop may take.
  @POST
  @Blocking
  public CompletionStage<Object> set(byte[] body, @RestQuery("dry_run") @Nullable String dryRun) {
    Map<String, ?> data = JsonBody.data(body);
    boolean dry = Flag.parse("dry_run", dryRun);
    return reconciler
        .edit(stored -> ConfPatch.of(data, stored, inputs.workingDirectory(), pems), dry)
        .thenApply(edited -> ApiEdited.of(edited, dry));
  }

  @GET
  @Path("/status")
  @Blocking
  public ApiResult<StatusView> status() {
    return ApiResult.of(StatusView.of(reconciler.status()));
  }
}
