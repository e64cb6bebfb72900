package io.nanomq.api;

import io.nanomq.api.json.ApiException;
import io.nanomq.api.json.ApiResult;
import io.nanomq.api.list.JsonList;
import io.nanomq.api.list.ListRequest;
import io.nanomq.api.list.ListTable;
import io.nanomq.api.list.ListWork;
import io.nanomq.api.list.Page;
import io.nanomq.api.publish.Topics;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.api.route.RequiredRole;
import io.nanomq.config.RunningConf;
import io.nanomq.control.RunningBroker;
import io.nanomq.control.access.Role;
import io.nanomq.packet.PublishMessage;
import io.nanomq.retained.RetainedListing;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.UriInfo;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.extensions.Extension;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** {@code /api/v4/retained}: retained messages by topic filter. */
@Path(ApiRoutes.ROOT + "/retained")
public class RetainedResource {
  /** One page carries payloads, so it is smaller than those of other lists. */
  private static final int MAX_LIMIT = 1000;

  /** Payloads are base64, since they may be any bytes; what never expires has no expires_in. */
  public static final ListTable<RetainedListing.Listed> TABLE =
      new ListTable<RetainedListing.Listed>()
          .column("topic", String.class, listed -> listed.message().topic().text())
          .column("qos", Integer.class, listed -> listed.message().qos())
          .shown("payload", String.class, RetainedResource::base64)
          .shown("encoding", String.class, listed -> "base64")
          .column("size", Integer.class, listed -> listed.message().payload().length)
          .column("expires_in", Long.class, RetainedResource::secondsLeft);

  private final RunningBroker running;
  private final RunningConf conf;
  private final ListWork work;

  /** How many messages were removed. */
  public record Removed(int count) {}

  public RetainedResource(RunningBroker running, RunningConf conf, ListWork work) {
    this.running = running;
    this.conf = conf;
    this.work = work;
  }

  @GET
  @Parameter(
      name = "topic",
      in = ParameterIn.QUERY,
      description = "Topic or filter",
      schema = @Schema(implementation = String.class))
  @Parameter(
      name = Page.LIMIT,
      in = ParameterIn.QUERY,
      description = "Elements on a page, fewer than of other lists",
      schema = @Schema(implementation = Integer.class, minimum = "1", maximum = "" + MAX_LIMIT))
  @Operation(
      operationId = "list_retained",
      summary = "A list of retained messages",
      description = "Those whose topics match a filter, page by page")
  @Extension(name = ApiRoutes.ERRORS, value = "400/108 400/115")
  public CompletionStage<JsonList<RetainedListing.Listed>> list(@Context UriInfo request) {
    String topic = ListRequest.text(request, "topic");
    var asked = ListRequest.parse(request, TABLE, Set.of("topic")).paged();
    if (asked.page() != null && asked.page().limit() > MAX_LIMIT) {
      throw ApiException.badParameter("_limit is above " + MAX_LIMIT);
    }
    String filter = topic == null ? "#" : checked(topic);
    var listing = running.get().retainedListing();
    return asked.answer(() -> listing.list(filter), work);
  }

  private static String base64(RetainedListing.Listed listed) {
    return Base64.getEncoder().encodeToString(listed.message().payload());
  }

  private static @Nullable Long secondsLeft(RetainedListing.Listed listed) {
    long expiresAt = listed.message().expiresAtMillis();
    return expiresAt == PublishMessage.NEVER
        ? null
        : Math.max(0, (expiresAt - listed.nowMillis()) / 1000);
  }

  /** The filter must be there: {@code #} removes all but those that begin with $. */
  @DELETE
  @RequiredRole(Role.OPERATOR)
  @Operation(
      operationId = "delete_retained",
      summary = "Delete retained messages",
      description = "Removes those whose topics match a filter")
  @Extension(name = ApiRoutes.ERRORS, value = "400/107 400/115")
  public CompletionStage<ApiResult<Removed>> remove(
      @Parameter(description = "Topic or filter", required = true) @RestQuery
          @Nullable String topic,
      RoutingContext context) {
    if (topic == null) {
      // The framework takes an empty value for none.
      throw context.queryParams().contains("topic")
          ? ApiException.illegalTopic("")
          : ApiException.missing("topic");
    }
    return running
        .get()
        .retainedListing()
        .remove(checked(topic))
        .thenApply(count -> ApiResult.of(new Removed(count)));
  }

  private String checked(String filter) {
    Topics.checkFilter(filter, conf.current().mqtt());
    return filter;
  }
}
