package io.nanomq.api.access;

import io.nanomq.api.json.ApiDone;
import io.nanomq.api.list.JsonList;
import io.nanomq.api.list.ListRequest;
import io.nanomq.api.list.ListTable;
import io.nanomq.api.list.ListWork;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.control.access.MqttUsers;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.extensions.Extension;
import org.jboss.resteasy.reactive.RestPath;

/** {@code /api/v4/users}: users of MQTT who come and go while the broker runs. */
@Path(ApiRoutes.ROOT + "/users")
public class UsersResource {
  public static final ListTable<String> TABLE =
      new ListTable<String>()
          .column("username", String.class, name -> name)
          .filter("username")
          .ordered(Comparator.naturalOrder());

  private final MqttUsers users;
  private final ListWork work;

  /** Somebody new. */
  public record NewUser(String username, String password) {}

  /** Another password. */
  public record NewPassword(String password) {}

  public UsersResource(MqttUsers users, ListWork work) {
    this.users = users;
    this.work = work;
  }

  @GET
  @Operation(
      operationId = "list_users",
      summary = "Users of MQTT",
      description = "Those of auth.user_file, without those of the configuration itself")
  @Extension(name = ApiRoutes.ERRORS, value = "400/108")
  public CompletionStage<JsonList<String>> list(@Context UriInfo request) {
    return ListRequest.parse(request, TABLE, Set.of()).answer(users.names(), work);
  }

  @POST
  @Blocking
  @Operation(operationId = "add_user", summary = "Add a user of MQTT")
  @Extension(name = ApiRoutes.ERRORS, value = "400/107 400/108 400/109 400/113")
  public CompletionStage<ApiDone> add(NewUser user) throws IOException {
    return done(users.add(user.username(), user.password()));
  }

  @PUT
  @Path("/{username}")
  @Blocking
  @Operation(operationId = "change_user", summary = "Another password for a user of MQTT")
  @Extension(name = ApiRoutes.ERRORS, value = "400/107 400/108 400/109 404/105")
  public CompletionStage<ApiDone> change(@RestPath String username, NewPassword wanted)
      throws IOException {
    return done(users.changePassword(username, wanted.password()));
  }

  @DELETE
  @Path("/{username}")
  @Blocking
  @Operation(operationId = "delete_user", summary = "Remove a user of MQTT")
  @Extension(name = ApiRoutes.ERRORS, value = "404/105")
  public CompletionStage<ApiDone> remove(@RestPath String username) throws IOException {
    return done(users.remove(username));
  }

  private static CompletionStage<ApiDone> done(CompletionStage<Void> change) {
    return change.thenApply(nothing -> ApiDone.DONE);
  }
}
