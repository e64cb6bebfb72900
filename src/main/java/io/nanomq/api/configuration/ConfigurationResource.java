package io.nanomq.api.configuration;

import io.nanomq.api.auth.ApiLogin;
import io.nanomq.api.json.ApiException;
import io.nanomq.api.json.ApiResult;
import io.nanomq.api.json.ResultCode;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.config.LoadedConf;
import io.nanomq.control.ConfInputs;
import io.nanomq.control.Reconciler;
import io.nanomq.control.access.Role;
import io.nanomq.control.process.MqttLoops;
import io.nanomq.tls.PemStore;
import io.smallrye.common.annotation.Blocking;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.extensions.Extension;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/v4/configuration}: reads what runs, edits what is stored. The store is put in force
 * by the restart action, or by itself with {@code config.apply=auto}.
 */
@Path(ApiRoutes.ROOT + "/configuration")
public class ConfigurationResource {
  private static final String LOOPS = "num_taskq_thread";
  private static final String SECTIONS =
      "basic, tls, http_server, websocket, webhook, auth, auth_http, sqlite or bridge";

  private final Reconciler reconciler;
  private final ConfInputs inputs;
  private final PemStore pems;
  private final MqttLoops loops;

  public ConfigurationResource(
      Reconciler reconciler, ConfInputs inputs, PemStore pems, MqttLoops loops) {
    this.reconciler = reconciler;
    this.inputs = inputs;
    this.pems = pems;
    this.loops = loops;
  }

  // Reads the TLS files, as the edit reads megabytes, so not on an event loop.
  @GET
  @Blocking
  @Operation(operationId = "get_broker_configuration", summary = "show broker configuration")
  public ApiResult<Map<String, @Nullable Object>> get(RoutingContext context) {
    LoadedConf running = reconciler.running();
    ApiLogin login = ApiLogin.of(context);
    // Secrets make an administrator of whoever reads them.
    boolean mayNot = login == null || login.role() != Role.ADMIN;
    boolean redact = mayNot || running.conf().httpServer().shown().redactSecrets();
    Map<String, @Nullable Object> data =
        ConfView.of(running, inputs.workingDirectory(), pems, redact);
    // The only value that what was applied says and that does not run before a new process does.
    data.replace(LOOPS, (long) loops.size());
    return ApiResult.of(data);
  }

  // A body may be megabytes, which a parser needs longer for than a loop may take.
  @POST
  @Blocking
  @Operation(operationId = "set_broker_configuration", summary = "set broker configuration")
  @APIResponseSchema(ApiEdited.class)
  @Extension(name = ApiRoutes.ERRORS, value = "400/107 400/108 400/109")
  public CompletionStage<Object> set(
      ConfigurationEdit edit,
      @Parameter(
              description = BooleanParameter.DRY_RUN,
              schema =
                  @Schema(
                      implementation = String.class,
                      enumeration = {"true", "false"}))
          @RestQuery("dry_run")
          @Nullable String dryRun) {
    Map<String, ?> wanted = withoutLoopsThatRun(edit.data());
    boolean dry = BooleanParameter.parse("dry_run", dryRun);
    return reconciler
        .edit(stored -> SectionPatch.whole(wanted, stored, inputs.workingDirectory(), pems), dry)
        .thenApply(edited -> ApiEdited.of(edited, dry));
  }

  /** As NanoMQ 0.25 has it; who reads it never sees secrets. */
  @GET
  @Path("/{section}")
  @Blocking
  @Operation(
      operationId = "get_configuration_section",
      summary = "show one section of the configuration")
  @Extension(name = ApiRoutes.ERRORS, value = "404/101")
  public ApiResult<Map<String, Object>> section(
      @Parameter(description = SECTIONS) @RestPath String section) {
    Object members =
        SectionView.of(known(section), reconciler.running(), inputs.workingDirectory(), pems);
    if (members instanceof Map<?, ?> map && map.containsKey(LOOPS)) {
      @SuppressWarnings("unchecked") // made by SectionView
      Map<String, Object> basic = (Map<String, Object>) map;
      basic.put(LOOPS, (long) loops.size());
    }
    return ApiResult.of(Map.of(section, members));
  }

  @POST
  @Path("/{section}")
  @Blocking
  @Operation(
      operationId = "set_configuration_section",
      summary = "set one section of the configuration")
  @APIResponseSchema(ApiEdited.class)
  @Extension(name = ApiRoutes.ERRORS, value = "400/107 400/108 400/109 404/101")
  public CompletionStage<Object> setSection(
      @Parameter(description = SECTIONS) @RestPath String section, ConfigurationEdit edit) {
    String name = known(section);
    Map<String, ?> wanted = name.equals("basic") ? withoutLoopsThatRun(edit.data()) : edit.data();
    return reconciler
        .edit(
            stored -> SectionPatch.read(name, wanted, stored, inputs.workingDirectory(), pems),
            false)
        .thenApply(edited -> ApiEdited.of(edited, false));
  }

  private static String known(String section) {
    if (!ConfSections.NAMES.contains(section)) {
      throw new ApiException(404, ResultCode.RPC_ERROR, "Unknown section: " + section);
    }
    return section;
  }

  // Sent back among others it is what was answered, and not asked for: another number may wait for
  // the next process.
  private Map<String, ?> withoutLoopsThatRun(Map<String, ?> data) {
    boolean isAnswered =
        data.get(LOOPS) instanceof Number number && number.longValue() == loops.size();
    if (!isAnswered || data.size() == 1) {
      return data;
    }
    Map<String, Object> rest = new LinkedHashMap<>(data);
    rest.remove(LOOPS);
    return rest;
  }

  @GET
  @Path("/status")
  @Blocking
  @Operation(
      operationId = "get_configuration_status",
      summary = "How far the running configuration is from the stored one")
  public ApiResult<StatusView> status() {
    return ApiResult.of(StatusView.of(reconciler.status()));
  }
}
