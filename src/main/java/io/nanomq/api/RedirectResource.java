package io.nanomq.api;

import io.nanomq.api.json.ApiException;
import io.nanomq.api.json.ApiResult;
import io.nanomq.api.json.JsonBody;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.api.route.RequiredRole;
import io.nanomq.control.RunningBroker;
import io.nanomq.control.access.Role;
import io.nanomq.session.BrokerActions;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.extensions.Extension;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.jspecify.annotations.Nullable;

/** {@code POST /api/v4/redirect}: sends clients to another server, MQTT 5.0 section 4.13. */
@Path(ApiRoutes.ROOT + "/redirect")
public class RedirectResource {
  /** Characters of a Server Reference: some host names with their ports. */
  private static final int MOST = 1024;

  private final RunningBroker running;

  /**
   * What is asked for.
   *
   * @param server where to, such as {@code other.example:1883}; several with spaces between them
   * @param permanent whether clients are to go there from now on (0x9D), else for this time (0x9C)
   * @param clientid who
   * @param all whether everybody who is connected, in place of one client
   */
  public record Redirect(
      String server,
      @Nullable Boolean permanent,
      @Nullable String clientid,
      @Nullable Boolean all) {

    public Redirect {
      boolean isForAll = Boolean.TRUE.equals(all);
      if (clientid == null && !isForAll) {
        throw ApiException.missing("clientid");
      }
      if (clientid != null && isForAll) {
        throw ApiException.wrongField("all");
      }
      if (server.isBlank()
          || server.length() > MOST
          || server.chars().anyMatch(Character::isISOControl)) {
        throw ApiException.wrongField("server");
      }
    }

    boolean forGood() {
      return Boolean.TRUE.equals(permanent);
    }
  }

  /** How many were connected. */
  public record Redirected(int count) {}

  public RedirectResource(RunningBroker running) {
    this.running = running;
  }

  @POST
  @RequiredRole(Role.OPERATOR)
  @Operation(
      operationId = "redirect_clients",
      summary = "Send one client, or all, to another server",
      description = "MQTT 5 clients are told where to; others are disconnected")
  @RequestBody(content = @Content(schema = @Schema(implementation = Redirect.class)))
  @Extension(name = ApiRoutes.ERRORS, value = "400/107 400/108 400/109 404/112")
  public CompletionStage<ApiResult<Redirected>> redirect(byte[] body) {
    Redirect asked = JsonBody.read(body, Redirect.class);
    BrokerActions actions = running.get().actions();
    String clientId = asked.clientid();
    if (clientId == null) {
      return actions
          .redirectAll(asked.forGood(), asked.server())
          .thenApply(count -> ApiResult.of(new Redirected(count)));
    }
    return actions
        .redirect(clientId, asked.forGood(), asked.server())
        .thenApply(
            found -> {
              if (!found) {
                throw ApiException.offline(clientId);
              }
              return ApiResult.of(new Redirected(1));
            });
  }
}
