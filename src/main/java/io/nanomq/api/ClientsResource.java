package io.nanomq.api;

import io.nanomq.api.json.ApiResult;
import io.nanomq.api.list.Columns;
import io.nanomq.api.list.JsonList;
import io.nanomq.api.list.ListRequest;
import io.nanomq.api.list.ListShape;
import io.nanomq.api.list.ListWork;
import io.nanomq.api.list.QueryFilter;
import io.nanomq.api.list.SortKeys;
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
import org.jboss.resteasy.reactive.RestPath;

/**
 * {@code /api/v4/clients}: every session, connected or not. Reading a client that is not there is a
 * success with an empty list.
 */
@Path(ApiRoutes.ROOT + "/clients")
public class ClientsResource {
  public static final QueryFilter<ClientSnapshot> FILTER =
      new QueryFilter<ClientSnapshot>()
          .text("clientid", (client, id) -> client.clientId().equals(id))
          .text("client_id", (client, id) -> client.clientId().equals(id))
          .text("username", (client, name) -> client.username().equals(name))
          .oneOf(
              "conn_state",
              List.of("connected", "idle", "disconnected"),
              (client, state) -> ClientView.connState(client).equals(state))
          .oneOf(
              "clean_start",
              List.of("true", "false"),
              (client, clean) -> client.cleanStart() == Boolean.parseBoolean(clean))
          .oneOf(
              "proto_name",
              List.of("MQTT", "CoAP", "LwM2M", "MQTT-SN"),
              (client, name) -> client.protocolName().equals(name))
          .oneOf(
              "proto_ver",
              List.of("3", "4", "5"),
              (client, version) -> client.protocolVersion() == Integer.parseInt(version));

  public static final ListShape<ClientSnapshot, ClientView> SHAPE =
      new ListShape<>(
          FILTER,
          new SortKeys<ClientSnapshot>()
              .by("client_id", ClientSnapshot::clientId)
              .by("username", ClientSnapshot::username)
              .by("keepalive", ClientSnapshot::keepAliveSeconds)
              .by("conn_state", ClientView::connState)
              .by("clean_start", ClientSnapshot::cleanStart)
              .by("proto_name", ClientSnapshot::protocolName)
              .by("proto_ver", ClientSnapshot::protocolVersion)
              .by("recv_msg", ClientSnapshot::publishesReceived)
              .by("clientid", ClientSnapshot::clientId)
              .by("connected", ClientSnapshot::connected),
          Comparator.comparing(ClientSnapshot::clientId),
          Columns.of(ClientView.class),
          ClientView::of);

  private final RunningBroker running;
  private final ListWork work;

  public ClientsResource(RunningBroker running, ListWork work) {
    this.running = running;
    this.work = work;
  }

  @GET
  public CompletionStage<JsonList<ClientSnapshot>> list(@Context UriInfo request) {
    return answer(ListRequest.parse(request, SHAPE, Set.of()));
  }

  private CompletionStage<JsonList<ClientSnapshot>> answer(ListRequest<ClientSnapshot> asked) {
    var sessions = running.get().sessions();
    return asked.isCollected()
        ? new ClientKeys(sessions, work).answer(asked)
        : CompletableFuture.completedFuture(asked.stream(sessions.clients(), 0));
  }

  @GET
  @Path("/{clientid}")
  public CompletionStage<ApiResult<List<ClientView>>> byId(@RestPath String clientid) {
    return running
        .get()
        .sessions()
        .client(clientid)
        .thenApply(found -> ApiResult.of(found.stream().map(ClientView::of).toList()));
  }

  @GET
  @Path("/username/{username}")
  public CompletionStage<JsonList<ClientSnapshot>> byUsername(
      @RestPath String username, @Context UriInfo request) {
    var asked = ListRequest.parse(request, SHAPE, Set.of());
    return answer(asked.and(client -> client.username().equals(username)));
  }

  /** A list of one, or of none where there is no such session. */
  @GET
  @Path("/{clientid}/session")
  public CompletionStage<ApiResult<List<SessionView>>> session(@RestPath String clientid) {
    return running
        .get()
        .actions()
        .session(clientid)
        .thenApply(found -> ApiResult.of(found.stream().map(SessionView::of).toList()));
  }
}
