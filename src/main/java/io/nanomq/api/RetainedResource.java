package io.nanomq.api;

import io.nanomq.api.json.ApiException;
import io.nanomq.api.json.ApiResult;
import io.nanomq.api.list.Columns;
import io.nanomq.api.list.JsonList;
import io.nanomq.api.list.ListRequest;
import io.nanomq.api.list.ListShape;
import io.nanomq.api.list.ListWork;
import io.nanomq.api.list.Page;
import io.nanomq.api.list.QueryFilter;
import io.nanomq.api.list.SortKeys;
import io.nanomq.api.publish.Topics;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.config.RunningConf;
import io.nanomq.control.RunningBroker;
import io.nanomq.retained.RetainedListing;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.UriInfo;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;

/** {@code /api/v4/retained}: retained messages by topic filter. */
@Path(ApiRoutes.ROOT + "/retained")
public class RetainedResource {
  /** One page carries payloads, so it is smaller than those of other lists. */
  private static final int MAX_LIMIT = 1000;

  public static final ListShape<RetainedListing.Listed, RetainedView> SHAPE =
      new ListShape<>(
          new QueryFilter<>(),
          new SortKeys<RetainedListing.Listed>()
              .by("topic", listed -> listed.message().topic().text())
              .by("qos", listed -> listed.message().qos())
              .by("size", listed -> listed.message().payload().length)
              .by("expires_in", RetainedResource::expiry),
          null,
          Columns.of(RetainedView.class),
          RetainedView::of);

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
      schema = @Schema(implementation = String.class))
  @Parameter(
      name = Page.LIMIT,
      in = ParameterIn.QUERY,
      schema = @Schema(implementation = Integer.class, minimum = "1", maximum = "" + MAX_LIMIT))
  @Operation(summary = "Retained messages whose topics match a filter, page by page")
  public CompletionStage<JsonList<RetainedListing.Listed>> list(@Context UriInfo request) {
    String topic = ListRequest.text(request, "topic");
    var asked = ListRequest.parse(request, SHAPE, Set.of("topic")).paged();
    if (asked.page() != null && asked.page().limit() > MAX_LIMIT) {
      throw ApiException.badParameter("_limit is above " + MAX_LIMIT);
    }
    String filter = topic == null ? "#" : checked(topic);
    var listing = running.get().retainedListing();
    return asked.answer(() -> listing.list(filter), work);
  }

  // What stays stands after all that does not.
  private static long expiry(RetainedListing.Listed listed) {
    Long seconds = RetainedView.expiresInSeconds(listed);
    return seconds == null ? Long.MAX_VALUE : seconds;
  }

  /** The filter must be there: {@code #} removes all but those that begin with $. */
  @DELETE
  @Parameter(
      name = "topic",
      in = ParameterIn.QUERY,
      required = true,
      schema = @Schema(implementation = String.class))
  @Operation(summary = "Removes the retained messages whose topics match a filter")
  public CompletionStage<ApiResult<Removed>> remove(@Context UriInfo request) {
    String topic = ListRequest.text(request, "topic");
    if (topic == null) {
      throw ApiException.missing("topic");
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
