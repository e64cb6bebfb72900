package io.nanomq.api.access;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.nanomq.api.auth.ApiLogin;
import io.nanomq.api.json.ApiDone;
import io.nanomq.api.json.ApiException;
import io.nanomq.api.json.ApiResult;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.api.route.RequiredRole;
import io.nanomq.control.access.ApiAccounts;
import io.nanomq.control.access.Role;
import io.nanomq.control.access.StoredApiAccounts;
import io.smallrye.common.annotation.Blocking;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.extensions.Extension;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/** {@code /api/v4/api_keys}: keys of programs, each with a role and an end. */
@Path(ApiRoutes.ROOT + "/api_keys")
public class ApiKeysResource {
  private static final int MAX_NAME = 256;

  private final StoredApiAccounts accounts;

  /**
   * One of them.
   *
   * @param until left out = it has no end
   * @param secret of a new one only; nobody is told again
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record KeyView(
      String id,
      String name,
      String role,
      String by,
      long at,
      @Nullable Long until,
      @Nullable String secret) {
    static KeyView of(ApiAccounts.Key key, @Nullable String secret) {
      return new KeyView(
          key.id(), key.name(), key.role().word(), key.by(), key.at(), key.until(), secret);
    }
  }

  /** A key that is wanted; {@code until} in seconds since 1970. */
  public record NewKey(String name, String role, @Nullable Long until) {
    public NewKey {
      if (name.length() > MAX_NAME || name.chars().anyMatch(Character::isISOControl)) {
        throw ApiException.wrongField("name");
      }
    }
  }

  public ApiKeysResource(StoredApiAccounts accounts) {
    this.accounts = accounts;
  }

  @GET
  @RequiredRole(Role.ADMIN)
  @Operation(operationId = "list_api_keys", summary = "Keys of programs")
  public ApiResult<List<KeyView>> list() {
    return ApiResult.of(
        accounts.current().keys().stream().map(key -> KeyView.of(key, null)).toList());
  }

  /** The secret is in this answer and nowhere else. */
  @POST
  @Blocking
  @Operation(operationId = "add_api_key", summary = "A key for a program")
  @Extension(name = ApiRoutes.ERRORS, value = "400/107 400/108 400/109")
  public ApiResult<KeyView> add(NewKey wanted, RoutingContext context) throws IOException {
    ApiLogin login = ApiLogin.of(context);
    String by = login == null ? "" : login.name();
    var made =
        accounts.addKey(wanted.name(), ApiUsersResource.role(wanted.role()), by, wanted.until());
    context.response().putHeader("Cache-Control", "no-store");
    return ApiResult.of(KeyView.of(made.key(), made.secret()));
  }

  @DELETE
  @Path("/{id}")
  @Blocking
  @Operation(operationId = "delete_api_key", summary = "A key is good no more")
  @Extension(name = ApiRoutes.ERRORS, value = "404/105")
  public ApiDone remove(@RestPath String id) throws IOException {
    accounts.removeKey(id);
    return ApiDone.DONE;
  }
}
