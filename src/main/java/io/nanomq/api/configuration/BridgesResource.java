package io.nanomq.api.configuration;

import io.nanomq.api.json.ApiDone;
import io.nanomq.api.json.ApiException;
import io.nanomq.api.json.ApiResult;
import io.nanomq.api.json.ResultCode;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.config.ConfPatch;
import io.nanomq.config.LoadedConf;
import io.nanomq.config.setting.ConfException;
import io.nanomq.control.Reconciler;
import io.nanomq.control.RunningBroker;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.extensions.Extension;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/v4/bridges}: bridges as NanoMQ 0.25 has them. A change is stored and holds at once;
 * other bridges do not notice.
 */
@Path(ApiRoutes.ROOT + "/bridges")
public class BridgesResource {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

  /** What stands beside the names of bridges in a document. */
  private static final Set<String> TAKEN = Set.of("cache", "nodes", "sqlite");

  private final Reconciler reconciler;
  private final RunningBroker running;

  public BridgesResource(Reconciler reconciler, RunningBroker running) {
    this.reconciler = reconciler;
    this.running = running;
  }

  @GET
  @Operation(operationId = "list_mqtt_bridges", summary = "All bridges, and how they fare")
  public CompletionStage<ApiResult<Map<String, Object>>> list() {
    return shown(null);
  }

  @GET
  @Path("/{name}")
  @Operation(
      operationId = "get_mqtt_bridges",
      summary = "Get the details of bridge",
      description = "No node where there is no such bridge")
  public CompletionStage<ApiResult<Map<String, Object>>> get(@RestPath String name) {
    return shown(name);
  }

  private CompletionStage<ApiResult<Map<String, Object>>> shown(@Nullable String name) {
    return running
        .get()
        .bridges()
        .status()
        .thenApply(
            all ->
                ApiResult.of(
                    BridgeNode.data(BridgeNode.nodes(all, name, reconciler.running().values()))));
  }

  @POST
  @Path("/{name}")
  @Blocking
  @Operation(operationId = "post_mqtt_bridge", summary = "Create a bridge client")
  @Extension(name = ApiRoutes.ERRORS, value = "400/108 400/109")
  public CompletionStage<ApiDone> create(@RestPath String name, BridgeEdit body)
      throws ConfException {
    LoadedConf now = reconciler.running();
    if (!NAME.matcher(name).matches() || TAKEN.contains(name)) {
      throw ApiException.badParameter("Not a name for a bridge: " + name);
    }
    if (isThere(now, name)) {
      throw ApiException.badParameter("There is such a bridge: " + name);
    }
    return apply(BridgeNodePatch.node(now, name, body.node(name)));
  }

  @PUT
  @Path("/{name}")
  @Blocking
  @Operation(
      operationId = "put_mqtt_bridge",
      summary = "Edit a bridge client",
      description = "What is absent stays as it is")
  @Extension(name = ApiRoutes.ERRORS, value = "400/108 400/109 404/115")
  public CompletionStage<ApiDone> edit(@RestPath String name, BridgeEdit body)
      throws ConfException {
    return apply(BridgeNodePatch.node(with(name), name, body.node(name)));
  }

  @DELETE
  @Path("/{name}")
  @Blocking
  @Operation(operationId = "delete_mqtt_bridge", summary = "DELETE a bridge client")
  @Extension(name = ApiRoutes.ERRORS, value = "404/115")
  public CompletionStage<ApiDone> remove(@RestPath String name) throws ConfException {
    ConfPatch patch = BridgeNodePatch.remove(with(name), name);
    if (patch.isEmpty()) {
      throw ApiException.badParameter("The document does not have the bridge: " + name);
    }
    return apply(patch);
  }

  @POST
  @Path("/switch/{name}")
  @Blocking
  @Operation(
      operationId = "put_mqtt_bridge_switch",
      summary = "Turn a bridge on or off",
      description = "What waits for the other broker stays")
  @Extension(name = ApiRoutes.ERRORS, value = "400/107 400/108 400/109 404/115")
  public CompletionStage<ApiDone> turn(@RestPath String name, BridgeEdit body)
      throws ConfException {
    LoadedConf now = with(name);
    Object enable = body.data().get("enable");
    // As NanoMQ calls it.
    enable = enable == null ? body.data().get("bridge_switch") : enable;
    if (enable == null) {
      throw ApiException.missing("enable");
    }
    return apply(BridgeNodePatch.node(now, name, Map.of("enable", enable)));
  }

  @POST
  @Path("/sub/{name}")
  @Blocking
  @Operation(operationId = "post_mqtt_bridge_sub", summary = "Add subscriptions to a bridge")
  @Extension(name = ApiRoutes.ERRORS, value = "400/107 400/108 400/109 404/115")
  public CompletionStage<ApiDone> subscribe(@RestPath String name, BridgeEdit body)
      throws ConfException {
    LoadedConf now = with(name);
    return apply(BridgeNodePatch.subscribe(now, name, topics(body, "subscription")));
  }

  @POST
  @Path("/unsub/{name}")
  @Blocking
  @Operation(operationId = "post_mqtt_bridge_unsub", summary = "Take subscriptions from a bridge")
  @Extension(name = ApiRoutes.ERRORS, value = "400/107 400/108 400/109 404/115")
  public CompletionStage<ApiDone> unsubscribe(@RestPath String name, BridgeEdit body)
      throws ConfException {
    LoadedConf now = with(name);
    return apply(BridgeNodePatch.unsubscribe(now, name, topics(body, "unsubscription")));
  }

  @PUT
  @Path("/sub/{name}")
  @Blocking
  @Operation(operationId = "put_mqtt_bridge_sub", summary = "Same as POST /bridges/sub")
  @Extension(name = ApiRoutes.ERRORS, value = "400/107 400/108 400/109 404/115")
  public CompletionStage<ApiDone> subscribeToo(@RestPath String name, BridgeEdit body)
      throws ConfException {
    return subscribe(name, body);
  }

  @PUT
  @Path("/unsub/{name}")
  @Blocking
  @Operation(operationId = "put_mqtt_bridge_unsub", summary = "Same as POST /bridges/unsub")
  @Extension(name = ApiRoutes.ERRORS, value = "400/107 400/108 400/109 404/115")
  public CompletionStage<ApiDone> unsubscribeToo(@RestPath String name, BridgeEdit body)
      throws ConfException {
    return unsubscribe(name, body);
  }

  private CompletionStage<ApiDone> apply(ConfPatch patch) {
    return reconciler.applyOnly(patch).thenApply(report -> ApiDone.DONE);
  }

  private LoadedConf with(String name) {
    LoadedConf now = reconciler.running();
    if (!isThere(now, name)) {
      throw new ApiException(404, ResultCode.ILLEGAL_SUBJECT, "There is no such bridge: " + name);
    }
    return now;
  }

  private static boolean isThere(LoadedConf conf, String name) {
    return conf.conf().integrations().bridge(name).isPresent();
  }

  private static List<?> topics(BridgeEdit body, String name) {
    Object topics = body.data().get(name);
    if (topics == null) {
      throw ApiException.missing(name);
    }
    if (!(topics instanceof List<?> list)) {
      throw ApiException.wrongField(name);
    }
    return list;
  }
}
