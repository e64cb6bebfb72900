package io.nanomq.api.backup;

import io.nanomq.api.auth.ApiLogin;
import io.nanomq.api.auth.LoginWatch;
import io.nanomq.api.json.ApiResult;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.api.route.RequiredRole;
import io.nanomq.api.route.StreamsBody;
import io.nanomq.control.access.Role;
import io.nanomq.control.backup.BrokerTransfers;
import io.nanomq.transfer.Export;
import io.nanomq.transfer.Progress;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.extensions.Extension;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/v4/export} and {@code /api/v4/import}: sessions and retained messages as lines of
 * JSON, docs/operations.md.
 */
@Path(ApiRoutes.ROOT)
public class TransferResource {
  private static final String LINES = "application/x-ndjson";

  /** Why an export or an import ends early. */
  static final String OVER = "the credentials that it was asked for by no longer hold";

  private final BrokerTransfers transfers;
  private final LoginWatch logins;

  public TransferResource(BrokerTransfers transfers, LoginWatch logins) {
    this.transfers = transfers;
    this.logins = logins;
  }

  private static ApiLogin login(RoutingContext context) {
    return Objects.requireNonNull(ApiLogin.of(context), "it came through the gate");
  }

  @GET
  @Path("/export")
  @RequiredRole(Role.ADMIN)
  @Produces(LINES)
  @NonBlocking
  @Operation(
      operationId = "export",
      summary = "Sessions and retained messages as lines of JSON",
      description = "Streamed; the last line says that it is whole")
  @APIResponse(
      responseCode = "200",
      content = @Content(mediaType = LINES, schema = @Schema(implementation = String.class)))
  @Extension(name = ApiRoutes.ERRORS, value = "400/108 409/101")
  public Object export(
      @Parameter(
              description = "What is exported, all without it",
              schema =
                  @Schema(
                      type = SchemaType.STRING,
                      enumeration = {"all", "retained", "sessions"}))
          @RestQuery
          @Nullable String kind,
      RoutingContext context) {
    String which = kind == null ? "all" : kind;
    Export.Kind exported = Export.Kind.valueOf(which.toUpperCase(Locale.ROOT));
    return new ExportBody(transfers, exported, logins, login(context));
  }

  /** What is wrong with a line is no error of the request: others were imported. */
  @POST
  @Path("/import")
  @StreamsBody
  @NonBlocking
  @Operation(
      operationId = "import",
      summary = "Import what was exported",
      description = "Line by line; says which lines were refused or skipped, and why")
  @RequestBody(
      content = @Content(mediaType = LINES, schema = @Schema(implementation = String.class)))
  @Extension(name = ApiRoutes.ERRORS, value = "400/108 409/101")
  public CompletionStage<ApiResult<Progress.View>> load(
      @Parameter(
              name = "dry_run",
              description = "Only say what is wrong with its lines",
              schema =
                  @Schema(
                      type = SchemaType.STRING,
                      enumeration = {"true", "false"}))
          @RestQuery("dry_run")
          @Nullable String dryRun,
      @Parameter(
              name = "existing",
              description = "What becomes of sessions and retained messages that are here: skip",
              schema =
                  @Schema(
                      type = SchemaType.STRING,
                      enumeration = {"skip", "replace"}))
          @RestQuery("existing")
          @Nullable String existing,
      RoutingContext context) {
    var body = new BodyStream(context.request(), Vertx.currentContext());
    Runnable forget = logins.endWith(login(context), () -> body.cut(OVER));
    return transfers
        .load(body, "true".equals(dryRun), "replace".equals(existing))
        .whenComplete(
            (came, failure) -> {
              forget.run();
              // What was not read is not worth waiting for.
              if (failure != null || came.state().equals("failed")) {
                context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
              }
              body.discard();
            })
        .thenApply(ApiResult::of);
  }

  @GET
  @Path("/import")
  @RequiredRole(Role.ADMIN)
  @Operation(
      operationId = "import_progress",
      summary = "How far an import is",
      description = "The one under way, or the last one")
  @Extension(name = ApiRoutes.ERRORS, value = "400/108")
  public ApiResult<Progress.View> progress() {
    return ApiResult.of(transfers.progress());
  }
}
