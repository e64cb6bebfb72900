package io.nanomq.api.access;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.nanomq.api.auth.ApiLogin;
import io.nanomq.api.json.ApiDone;
import io.nanomq.api.json.ApiException;
import io.nanomq.api.json.ResultCode;
import io.nanomq.api.list.JsonList;
import io.nanomq.api.list.ListRequest;
import io.nanomq.api.list.ListTable;
import io.nanomq.api.list.ListWork;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.api.route.RequiredRole;
import io.nanomq.control.RunningBroker;
import io.nanomq.control.access.Role;
import io.nanomq.control.access.StoredBans;
import io.nanomq.limit.Ban;
import io.smallrye.common.annotation.Blocking;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.extensions.Extension;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/** {@code /api/v4/banned}: clients, users and addresses that are not let in. */
@Path(ApiRoutes.ROOT + "/banned")
public class BannedResource {
  /** Who is banned for good has no until. */
  public static final ListTable<Ban> TABLE =
      new ListTable<Ban>()
          .column("as", String.class, ban -> ban.kind().word())
          .column("who", String.class, Ban::who)
          .column("by", String.class, Ban::by)
          .shown("reason", String.class, Ban::reason)
          .column("at", Long.class, Ban::atSeconds)
          .column("until", Long.class, BannedResource::until)
          .filter("as", "clientid", "username", "peerhost")
          .filter("who")
          .filter("by")
          .ordered(Comparator.comparing(Ban::kind).thenComparing(Ban::who));

  private static final int MAX_REASON = 256;

  private final RunningBroker running;
  private final StoredBans stored;
  private final ListWork work;
  private final Clock clock;

  /**
   * What a POST takes.
   *
   * @param as clientid, username or peerhost
   * @param who an identifier, a name, or an address or network
   * @param reason for people
   * @param until end of the ban in seconds since 1970; left out = it has none
   */
  public record BanRequest(
      @JsonProperty("as") String as, String who, @Nullable String reason, @Nullable Long until) {
    public BanRequest {
      if (reason != null && reason.length() > MAX_REASON) {
        throw ApiException.wrongField("reason");
      }
    }
  }

  public BannedResource(RunningBroker running, StoredBans stored, ListWork work, Clock clock) {
    this.running = running;
    this.stored = stored;
    this.work = work;
    this.clock = clock;
  }

  private static @Nullable Long until(Ban ban) {
    return ban.untilSeconds() == Ban.FOREVER ? null : ban.untilSeconds();
  }

  @GET
  @Operation(operationId = "list_banned", summary = "A list of who is banned")
  @Extension(name = ApiRoutes.ERRORS, value = "400/108")
  public CompletionStage<JsonList<Ban>> list(@Context UriInfo request) {
    List<Ban> all = running.get().bans().all();
    return ListRequest.parse(request, TABLE, Set.of()).answer(all, work);
  }

  /** One of the same is replaced. Answered when who is under it is disconnected. */
  @POST
  @Blocking
  @RequiredRole(Role.OPERATOR)
  @Operation(
      operationId = "add_banned",
      summary = "Ban a client, a user, an address or a network",
      description = "Whoever of them is connected is disconnected (0x8A)")
  @Extension(name = ApiRoutes.ERRORS, value = "400/107 400/108 400/109")
  public CompletionStage<ApiDone> add(BanRequest request, RoutingContext context)
      throws IOException {
    long now = clock.instant().getEpochSecond();
    Long asked = request.until();
    if (asked != null && asked <= now) {
      throw ApiException.badParameter("The field until is in the past");
    }
    long until = asked == null ? Ban.FOREVER : asked;
    ApiLogin login = ApiLogin.of(context);
    String by = login == null ? "" : login.name();
    String reason = request.reason() == null ? "" : request.reason();
    Ban ban = new Ban(kind(request.as()), request.who(), by, reason, now, until);
    try {
      return stored.add(StoredBans.checked(ban)).thenApply(done -> ApiDone.DONE);
    } catch (IllegalArgumentException e) {
      throw ApiException.wrongField("who");
    } catch (StoredBans.FullException e) {
      throw ApiException.badParameter(String.valueOf(e.getMessage()));
    }
  }

  @DELETE
  @Path("/{as}/{who}")
  @Blocking
  @RequiredRole(Role.OPERATOR)
  @Operation(operationId = "delete_banned", summary = "Lift a ban")
  @Extension(name = ApiRoutes.ERRORS, value = "400/108 404/102")
  public ApiDone remove(
      @Parameter(
              schema =
                  @Schema(
                      implementation = String.class,
                      enumeration = {"clientid", "username", "peerhost"}))
          @RestPath
          String as,
      @RestPath String who)
      throws IOException {
    if (!stored.remove(kind(as), who)) {
      throw new ApiException(404, ResultCode.UNKNOWN_MISTAKE, "No such ban");
    }
    return ApiDone.DONE;
  }

  private static Ban.Kind kind(String word) {
    return Ban.Kind.of(word).orElseThrow(() -> ApiException.wrongField("as"));
  }
}
