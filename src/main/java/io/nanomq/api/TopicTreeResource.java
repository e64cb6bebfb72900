package io.nanomq.api;

import io.nanomq.control.RunningBroker;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** {@code GET /api/v4/topic-tree}. */
@Path(ApiRoutes.ROOT + "/topic-tree")
public class TopicTreeResource {
  private final RunningBroker running;

  public TopicTreeResource(RunningBroker running) {
    this.running = running;
  }

  @GET
  public CompletionStage<ApiResult<List<List<TopicTreeView.Node>>>> tree() {
    return running
        .get()
        .sessions()
        .subscriptions()
        .thenApply(subscriptions -> ApiResult.of(TopicTreeView.of(subscriptions)));
  }
}
