package io.nanomq.api.backup;

import io.nanomq.api.json.ApiDone;
import io.nanomq.api.json.ApiResult;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.api.route.RequiredRole;
import io.nanomq.control.access.Role;
import io.nanomq.control.backup.BrokerBackups;
import io.nanomq.control.backup.Manifest;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.extensions.Extension;
import org.jboss.resteasy.reactive.RestPath;

/** {@code /api/v4/backup}: copies of what is kept on disk, in a folder that no request names. */
@Path(ApiRoutes.ROOT + "/backup")
public class BackupResource {
  private final BrokerBackups backups;

  /**
   * A backup.
   *
   * @param at when it was made, in seconds since 1970
   */
  public record View(
      String name, long bytes, int sessions, int messages, int retained, long at, String version) {
    static View of(Manifest manifest) {
      return new View(
          manifest.name(),
          manifest.bytes(),
          manifest.sessions(),
          manifest.messages(),
          manifest.retained(),
          manifest.at() / 1000,
          manifest.version());
    }
  }

  public BackupResource(BrokerBackups backups) {
    this.backups = backups;
  }

  @GET
  @RequiredRole(Role.ADMIN)
  @Blocking
  @Operation(operationId = "list_backups", summary = "Backups that are there, oldest first")
  public ApiResult<List<View>> list() throws IOException {
    return ApiResult.of(backups.list().stream().map(View::of).toList());
  }

  /** Answers when it is on the disk; goes on where nobody waits for that. */
  @POST
  @Operation(
      operationId = "make_backup",
      summary = "Copy what is kept on disk",
      description = "Durable sessions, their messages, retained messages and the configuration")
  @Extension(name = ApiRoutes.ERRORS, value = "400/111 409/101")
  public CompletionStage<ApiResult<View>> make() {
    return backups.make().thenApply(made -> ApiResult.of(View.of(made)));
  }

  @DELETE
  @Path("/{name}")
  @Blocking
  @Operation(operationId = "delete_backup", summary = "Remove a backup")
  @Extension(name = ApiRoutes.ERRORS, value = "400/108 409/101")
  public ApiDone remove(@RestPath String name) throws IOException {
    backups.remove(name);
    return ApiDone.DONE;
  }
}
