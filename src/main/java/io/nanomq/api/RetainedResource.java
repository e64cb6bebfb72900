package io.nanomq.api;

import io.nanomq.control.RunningBroker;
import io.nanomq.control.RunningConf;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** {@code /api/v4/retained}: retained messages by topic filter. */
@Path(ApiRoutes.ROOT + "/retained")
public class RetainedResource {
  /** One page carries payloads, so it is smaller than those of other lists. */
  private static final int MAX_LIMIT = 1000;

  private final RunningBroker running;
  private final RunningConf conf;

  /** How many messages were removed. */
  public record Removed(int count) {}

  public RetainedResource(RunningBroker running, RunningConf conf) {
    this.running = running;
    this.conf = conf;
  }

  @GET
  @Operation(summary = "Retained messages whose topics match a filter, page by page")
  public CompletionStage<Page.Result<RetainedView>> list(
      @RestQuery @Nullable String topic,
      @RestQuery(Page.PAGE) @Nullable String page,
      @RestQuery(Page.LIMIT) @Nullable String limit) {
    Page asked = Page.parse(page, limit);
    if (asked.limit() > MAX_LIMIT) {
      throw ApiException.badParameter("_limit is above " + MAX_LIMIT);
    }
    return running
        .get()
        .retainedListing()
        .list(topic == null ? "#" : checked(topic), asked.skip(), asked.limit())
        .thenApply(
            found ->
                asked.result(
                    found.count(),
                    found.messages().stream()
                        .map(message -> RetainedView.of(message, found.nowMillis()))
                        .toList()));
  }

  /** The filter must be there: {@code #} removes all but those that begin with $. */
  @DELETE
  @Operation(summary = "Removes the retained messages whose topics match a filter")
  public CompletionStage<ApiResult<Removed>> remove(@RestQuery @Nullable String topic) {
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
