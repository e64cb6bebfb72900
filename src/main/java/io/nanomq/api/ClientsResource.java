package io.nanomq.api;

import io.nanomq.control.RunningBroker;
import io.nanomq.session.ClientSnapshot;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.UriInfo;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.eclipse.microprofile.context.ManagedExecutor;
import org.jboss.resteasy.reactive.RestPath;

/**
 * {@code /api/v4/clients}: every session, connected or not. Reading a client that is not there is a
 * success with an empty list.
 */
@Path(ApiRoutes.ROOT + "/clients")
public class ClientsResource {
  static final QueryFilter<ClientSnapshot> FILTER =
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

  private static final Comparator<ClientSnapshot> BY_ID =
      Comparator.comparing(ClientSnapshot::clientId);

  private final RunningBroker running;
  private final ManagedExecutor executor;

  public ClientsResource(RunningBroker running, ManagedExecutor executor) {
    this.running = running;
    this.executor = executor;
  }

  @GET
  public CompletionStage<Object> list(@Context UriInfo request) {
    return ListRequest.parse(request, FILTER)
        .answer(running.get().sessions().clients(), BY_ID, ClientView::of, executor);
  }

  @GET
  @Path("/{clientid}")
  public CompletionStage<ApiResult<List<ClientView>>> byId(@RestPath String clientid) {
    return running.get().sessions().client(clientid).thenApply(found -> answer(found, any -> true));
  }

  @GET
  @Path("/username/{username}")
  public CompletionStage<ApiResult<List<ClientView>>> byUsername(@RestPath String username) {
    Predicate<ClientSnapshot> filter = client -> client.username().equals(username);
    return running.get().sessions().clients().thenApply(clients -> answer(clients, filter));
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

  private static ApiResult<List<ClientView>> answer(
      List<ClientSnapshot> clients, Predicate<ClientSnapshot> filter) {
    return ApiResult.of(clients.stream().filter(filter).map(ClientView::of).toList());
  }
}
