package io.nanomq.api.access;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.nanomq.api.auth.ApiLogin;
import io.nanomq.api.gate.CallerAddress;
import io.nanomq.api.json.ApiDone;
import io.nanomq.api.json.ApiException;
import io.nanomq.api.json.ApiResult;
import io.nanomq.api.json.ResultCode;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.api.route.RequiredRole;
import io.nanomq.authn.LoginGuard;
import io.nanomq.config.RunningConf;
import io.nanomq.control.access.AccessException;
import io.nanomq.control.access.ApiAccounts;
import io.nanomq.control.access.Role;
import io.nanomq.control.access.StoredApiAccounts;
import io.smallrye.common.annotation.Blocking;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.extensions.Extension;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/** {@code /api/v4/api_users}: who may use this API, besides the configuration's administrator. */
@Path(ApiRoutes.ROOT + "/api_users")
public class ApiUsersResource {
  private final StoredApiAccounts accounts;
  private final RunningConf conf;
  private final LoginGuard logins;

  /** One of them. */
  public record UserView(String username, String role) {
    static UserView of(ApiAccounts.User user) {
      return new UserView(user.username(), user.role().word());
    }
  }

  /** Somebody new. */
  public record NewUser(String username, String password, String role) {}

  /** What is to be another. */
  public record UserChange(@Nullable String password, @Nullable String role) {
    public UserChange {
      if (password == null && role == null) {
        throw ApiException.missing("password or role");
      }
    }
  }

  /** Both passwords. */
  public record PasswordChange(
      @JsonProperty("old_password") String oldPassword,
      @JsonProperty("new_password") String newPassword) {}

  public ApiUsersResource(StoredApiAccounts accounts, RunningConf conf, LoginGuard logins) {
    this.accounts = accounts;
    this.conf = conf;
    this.logins = logins;
  }

  static Role role(String word) {
    return Role.of(word).orElseThrow(() -> ApiException.wrongField("role"));
  }

  /** The administrator of the configuration is the first. */
  @GET
  @RequiredRole(Role.ADMIN)
  @Operation(operationId = "list_api_users", summary = "Who may use this API")
  public ApiResult<List<UserView>> list() {
    List<UserView> all = new ArrayList<>();
    all.add(new UserView(conf.current().httpServer().username(), Role.ADMIN.word()));
    accounts.current().users().forEach(user -> all.add(UserView.of(user)));
    return ApiResult.of(all);
  }

  @POST
  @Blocking
  @Operation(operationId = "add_api_user", summary = "Let somebody use this API")
  @Extension(name = ApiRoutes.ERRORS, value = "400/107 400/108 400/109 400/113")
  public ApiDone add(NewUser user) throws IOException {
    accounts.addUser(user.username(), role(user.role()), user.password());
    return ApiDone.DONE;
  }

  @PUT
  @Path("/{username}")
  @Blocking
  @Operation(operationId = "change_api_user", summary = "Another role or password")
  @Extension(name = ApiRoutes.ERRORS, value = "400/106 400/107 400/108 400/109 404/105")
  public ApiDone change(@RestPath String username, UserChange change) throws IOException {
    String role = change.role();
    accounts.changeUser(username, role == null ? null : role(role), change.password());
    return ApiDone.DONE;
  }

  /** One's own, or an administrator that of somebody else, who is no less asked for the old one. */
  @PUT
  @Path("/{username}/password")
  @Blocking
  @RequiredRole(Role.VIEWER)
  @Operation(operationId = "change_api_password", summary = "One's own password")
  @Extension(
      name = ApiRoutes.ERRORS,
      value = "400/106 400/107 400/108 400/109 400/114 403/102 404/105")
  public ApiDone changePassword(
      @RestPath String username, PasswordChange change, RoutingContext context) throws IOException {
    ApiLogin login = ApiLogin.of(context);
    if (login == null || !login.name().equals(username) && login.role() != Role.ADMIN) {
      throw new ApiException(403, ResultCode.UNKNOWN_MISTAKE, "That is somebody else's password");
    }
    try {
      accounts.changePassword(username, change.oldPassword(), change.newPassword());
    } catch (AccessException e) {
      if (e.problem() == AccessException.Problem.OLD_PASSWORD) {
        // Whoever has found a token could guess the password here.
        logins.failed(
            CallerAddress.of(context.request(), conf.current().httpServer().trustedProxies()));
      }
      throw e;
    }
    return ApiDone.DONE;
  }

  @DELETE
  @Path("/{username}")
  @Blocking
  @Operation(operationId = "delete_api_user", summary = "Let somebody use this API no more")
  @Extension(name = ApiRoutes.ERRORS, value = "400/106 404/105")
  public ApiDone remove(@RestPath String username) throws IOException {
    accounts.removeUser(username);
    return ApiDone.DONE;
  }
}
