package io.nanomq.api;

import io.nanomq.control.RunningBroker;
import io.nanomq.control.RunningConf;
import io.nanomq.session.SubscriptionSnapshot;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.UriInfo;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.context.ManagedExecutor;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** {@code /api/v4/subscriptions}: one element per client and filter. */
@Path(ApiRoutes.ROOT + "/subscriptions")
public class SubscriptionsResource {
  private static final String SHARE = "$share/";

  static final QueryFilter<SubscriptionSnapshot> FILTER =
      new QueryFilter<SubscriptionSnapshot>()
          .text("clientid", (subscription, id) -> subscription.clientId().equals(id))
          .text("topic", (subscription, filter) -> subscription.filter().equals(filter))
          .text("share", (subscription, group) -> inGroup(subscription.filter(), group))
          .oneOf(
              "qos",
              List.of("0", "1", "2"),
              (subscription, qos) -> subscription.qos() == Integer.parseInt(qos));

  private static final Comparator<SubscriptionSnapshot> ORDER =
      Comparator.comparing(SubscriptionSnapshot::clientId)
          .thenComparing(SubscriptionSnapshot::filter);

  private final RunningBroker running;
  private final RunningConf conf;
  private final ManagedExecutor executor;

  public SubscriptionsResource(RunningBroker running, RunningConf conf, ManagedExecutor executor) {
    this.executor = executor;
    this.running = running;
    this.conf = conf;
  }

  @GET
  public CompletionStage<Object> list(@Context UriInfo request) {
    return ListRequest.parse(request, FILTER)
        .answer(running.get().sessions().subscriptions(), ORDER, SubscriptionView::of, executor);
  }

  /** Who would get a message of a topic; without a topic, the client whose name is match. */
  @GET
  @Path("/match")
  public CompletionStage<ApiResult<List<SubscriptionView>>> match(
      @RestQuery @Nullable String topic) {
    if (topic == null) {
      return byClient("match");
    }
    Topics.checkName(topic, conf.current().mqtt());
    return running.get().topicSubscribers().of(topic).thenApply(SubscriptionsResource::answer);
  }

  @GET
  @Path("/{clientid}")
  public CompletionStage<ApiResult<List<SubscriptionView>>> byClient(@RestPath String clientid) {
    return running
        .get()
        .sessions()
        .subscriptions(clientid)
        .thenApply(SubscriptionsResource::answer);
  }

  // A group's name has neither slash nor wildcard [MQTT-4.8.2-2], so a group that has one is found
  // in no filter.
  private static boolean inGroup(String filter, String group) {
    return group.indexOf('/') < 0 && filter.startsWith(SHARE + group + "/");
  }

  private static ApiResult<List<SubscriptionView>> answer(
      List<SubscriptionSnapshot> subscriptions) {
    return ApiResult.of(subscriptions.stream().map(SubscriptionView::of).toList());
  }
}
