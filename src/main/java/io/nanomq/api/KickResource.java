package io.nanomq.api;

import io.nanomq.api.json.ApiDone;
import io.nanomq.api.json.ApiException;
import io.nanomq.api.json.ApiResult;
import io.nanomq.api.list.ListRequest;
import io.nanomq.api.list.ListWork;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.api.route.RequiredRole;
import io.nanomq.control.RunningBroker;
import io.nanomq.control.access.Role;
import io.nanomq.session.BrokerActions;
import io.nanomq.session.ClientSnapshot;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.UriInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.extensions.Extension;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/**
 * {@code DELETE /api/v4/clients}: closes connections. {@code ?session=delete} ends the sessions
 * too, connected or not.
 */
@Path(ApiRoutes.ROOT + "/clients")
public class KickResource {
  private static final String SESSION = "session";

  private final RunningBroker running;
  private final ListWork work;

  /** How many clients were found by a bulk kick and disconnected, or deleted. */
  public record Kicked(int count) {}

  public KickResource(RunningBroker running, ListWork work) {
    this.running = running;
    this.work = work;
  }

  @DELETE
  @Path("/{clientid}")
  @RequiredRole(Role.OPERATOR)
  @Operation(
      operationId = "kickout_client",
      summary = "Kick out a client",
      description = "Closes its connection")
  @Extension(name = ApiRoutes.ERRORS, value = "400/108 404/112")
  public CompletionStage<ApiDone> one(
      @RestPath String clientid,
      @Parameter(
              description = "keep or delete: whether the session ends, too",
              schema =
                  @Schema(
                      implementation = String.class,
                      enumeration = {"keep", "delete"}))
          @RestQuery
          @Nullable String session) {
    return actions()
        .kick(clientid, endsSession(session))
        .thenApply(
            found -> {
              if (!found) {
                throw ApiException.offline(clientid);
              }
              return ApiDone.DONE;
            });
  }

  /** Without a filter it would disconnect everybody, which nobody asks for by mistake twice. */
  @DELETE
  @Parameter(
      name = SESSION,
      in = ParameterIn.QUERY,
      description = "keep or delete: whether the sessions end, too",
      schema = @Schema(implementation = String.class))
  @RequiredRole(Role.OPERATOR)
  @Operation(
      operationId = "kickout_clients",
      summary = "Kick out all clients that the filters find")
  @Extension(name = ApiRoutes.ERRORS, value = "400/107 400/108")
  public CompletionStage<ApiResult<Kicked>> several(@Context UriInfo request) {
    boolean endsSession = endsSession(ListRequest.text(request, SESSION));
    var query = new MultivaluedHashMap<>(request.getQueryParameters());
    query.remove(SESSION);
    if (query.isEmpty()) {
      throw ApiException.missing("clientid, username or another filter");
    }
    Predicate<ClientSnapshot> filter = ClientsResource.TABLE.where(query);
    List<String> found = new ArrayList<>();
    return work.each(
            running.get().sessions()::clients,
            client -> {
              if (filter.test(client)) {
                found.add(client.clientId());
              }
            })
        .thenCompose(done -> kick(found, endsSession));
  }

  private CompletionStage<ApiResult<Kicked>> kick(List<String> clientIds, boolean endsSession) {
    return actions()
        .kick(clientIds, endsSession)
        .thenApply(kicked -> ApiResult.of(new Kicked(kicked)));
  }

  private static boolean endsSession(@Nullable String session) {
    if (session == null || session.equals("keep")) {
      return false;
    }
    if (session.equals("delete")) {
      return true;
    }
    throw ApiException.illegalParameter(SESSION, session);
  }

  private BrokerActions actions() {
    return running.get().actions();
  }
}
