package io.nanomq.api;

import io.nanomq.api.json.ApiResult;
import io.nanomq.api.list.JsonList;
import io.nanomq.api.list.ListRequest;
import io.nanomq.api.list.ListTable;
import io.nanomq.api.list.ListWork;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.control.RunningBroker;
import io.nanomq.session.ClientSnapshot;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.UriInfo;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.extensions.Extension;
import org.jboss.resteasy.reactive.RestPath;

/**
 * {@code /api/v4/clients}: every session, connected or not. Reading a client that is not there is a
 * success with an empty list.
 */
@Path(ApiRoutes.ROOT + "/clients")
public class ClientsResource {
  /** The reference's fields in its order, then the two that only the API's page has. */
  public static final ListTable<ClientSnapshot> TABLE =
      new ListTable<ClientSnapshot>()
          .column("client_id", String.class, ClientSnapshot::clientId)
          .column("username", String.class, ClientSnapshot::username)
          .column("keepalive", Integer.class, ClientSnapshot::keepAliveSeconds)
          .column("conn_state", String.class, ClientsResource::connState)
          .column("clean_start", Boolean.class, ClientSnapshot::cleanStart)
          .column("proto_name", String.class, ClientSnapshot::protocolName)
          .column("proto_ver", Integer.class, ClientSnapshot::protocolVersion)
          .column("recv_msg", Long.class, ClientSnapshot::publishesReceived)
          .column("clientid", String.class, ClientSnapshot::clientId)
          .column("connected", Boolean.class, ClientSnapshot::connected)
          .filter("clientid")
          .filter("client_id")
          .filter("username")
          .filter("conn_state", "connected", "idle", "disconnected")
          .filter("clean_start", "true", "false")
          .filter("proto_name", "MQTT", "CoAP", "LwM2M", "MQTT-SN")
          .filter("proto_ver", "3", "4", "5")
          .ordered(Comparator.comparing(ClientSnapshot::clientId));

  private final RunningBroker running;
  private final ListWork work;

  public ClientsResource(RunningBroker running, ListWork work) {
    this.running = running;
    this.work = work;
  }

  @GET
  @Operation(operationId = "list_clients", summary = "A list of clients on current node")
  @Extension(name = ApiRoutes.ERRORS, value = "400/108")
  public CompletionStage<JsonList<ClientSnapshot>> list(@Context UriInfo request) {
    return answer(ListRequest.parse(request, TABLE, Set.of()));
  }

  private static String connState(ClientSnapshot client) {
    return client.connected() ? "connected" : "disconnected";
  }

  private CompletionStage<JsonList<ClientSnapshot>> answer(ListRequest<ClientSnapshot> asked) {
    var sessions = running.get().sessions();
    return asked.isCollected()
        ? new ClientKeys(sessions, work).answer(asked)
        : CompletableFuture.completedFuture(asked.stream(sessions.clients(), 0));
  }

  @GET
  @Path("/{clientid}")
  @Operation(operationId = "lookup_client", summary = "Lookup a client in the cluster")
  public CompletionStage<JsonList<ClientSnapshot>> byId(@RestPath String clientid) {
    return running
        .get()
        .sessions()
        .client(clientid)
        .thenApply(found -> TABLE.all(found.stream().toList()));
  }

  @GET
  @Path("/username/{username}")
  @Operation(
      operationId = "lookup_client_via_username",
      summary = "Lookup a client via username in the cluster")
  @Extension(name = ApiRoutes.ERRORS, value = "400/108")
  public CompletionStage<JsonList<ClientSnapshot>> byUsername(
      @RestPath String username, @Context UriInfo request) {
    var asked = ListRequest.parse(request, TABLE, Set.of());
    return answer(asked.and(client -> client.username().equals(username)));
  }

  /** A list of one, or of none where there is no such session. */
  @GET
  @Path("/{clientid}/session")
  @Operation(operationId = "lookup_session", summary = "What the session of a client holds")
  public CompletionStage<ApiResult<List<SessionView>>> session(@RestPath String clientid) {
    return running
        .get()
        .actions()
        .session(clientid)
        .thenApply(found -> ApiResult.of(found.stream().map(SessionView::of).toList()));
  }
}
