package io.nanomq.api.configuration;

import io.nanomq.api.json.ApiException;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.control.Reconciler;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /api/v4/config_update}: the body, whatever its Content-Type, takes the place of the
 * whole document, in either format. It is put in force as an edit is.
 */
@Path(ApiRoutes.ROOT + "/config_update")
public class ConfigUpdateResource {
  private final Reconciler reconciler;

  public ConfigUpdateResource(Reconciler reconciler) {
    this.reconciler = reconciler;
  }

  @POST
  @Blocking
  @Operation(operationId = "update_configuration_file", summary = "update configuration file")
  @APIResponseSchema(ApiEdited.class)
  public CompletionStage<Object> replace(
      @RequestBody(
              required = true,
              content =
                  @Content(
                      mediaType = "text/plain",
                      schema = @Schema(implementation = String.class)))
          byte[] body,
      @Parameter(
              description = BooleanParameter.DRY_RUN,
              schema =
                  @Schema(
                      implementation = String.class,
                      enumeration = {"true", "false"}))
          @RestQuery("dry_run")
          @Nullable String dryRun) {
    boolean dry = BooleanParameter.parse("dry_run", dryRun);
    // A body that got lost on its way would be a broker with nothing but defaults.
    if (new String(body, StandardCharsets.ISO_8859_1).isBlank()) {
      throw ApiException.badParameter("The body is empty");
    }
    return reconciler.replace(body, dry).thenApply(edited -> ApiEdited.of(edited, dry));
  }
}
