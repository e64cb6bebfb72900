package io.nanomq.api;

import io.nanomq.api.json.ApiException;
import io.nanomq.api.list.Columns;
import io.nanomq.api.list.JsonList;
import io.nanomq.api.list.ListRequest;
import io.nanomq.api.list.ListShape;
import io.nanomq.api.list.ListWork;
import io.nanomq.api.list.QueryFilter;
import io.nanomq.api.list.SortKeys;
import io.nanomq.api.publish.Topics;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.config.RunningConf;
import io.nanomq.control.RunningBroker;
import io.nanomq.session.SubscriptionSnapshot;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.UriInfo;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jboss.resteasy.reactive.RestPath;

/** {@code /api/v4/subscriptions}: one element per client and filter. */
@Path(ApiRoutes.ROOT + "/subscriptions")
public class SubscriptionsResource {
  private static final String SHARE = "$share/";

  static final QueryFilter<SubscriptionSnapshot> FILTER =
      filters().text("topic", (subscription, filter) -> subscription.filter().equals(filter));

  private static QueryFilter<SubscriptionSnapshot> filters() {
    return new QueryFilter<SubscriptionSnapshot>()
        .text("clientid", (subscription, id) -> subscription.clientId().equals(id))
        .text("share", (subscription, group) -> inGroup(subscription.filter(), group))
        .oneOf(
            "qos",
            List.of("0", "1", "2"),
            (subscription, qos) -> subscription.qos() == Integer.parseInt(qos));
  }

  public static final ListShape<SubscriptionSnapshot, SubscriptionView> SHAPE = shape(FILTER);

  /** Of {@code /match}, where the topic is no filter. */
  public static final ListShape<SubscriptionSnapshot, SubscriptionView> MATCH = shape(filters());

  private static ListShape<SubscriptionSnapshot, SubscriptionView> shape(
      QueryFilter<SubscriptionSnapshot> filters) {
    return new ListShape<>(
        filters,
        new SortKeys<SubscriptionSnapshot>()
            .by("clientid", SubscriptionSnapshot::clientId)
            .by("topic", SubscriptionSnapshot::filter)
            .by("qos", SubscriptionSnapshot::qos),
        Comparator.comparing(SubscriptionSnapshot::clientId)
            .thenComparing(SubscriptionSnapshot::filter),
        Columns.of(SubscriptionView.class),
        SubscriptionView::of);
  }

  private final RunningBroker running;
  private final RunningConf conf;
  private final ListWork work;

  public SubscriptionsResource(RunningBroker running, RunningConf conf, ListWork work) {
    this.running = running;
    this.conf = conf;
    this.work = work;
  }

  @GET
  public CompletionStage<JsonList<SubscriptionSnapshot>> list(@Context UriInfo request) {
    var sessions = running.get().sessions();
    return ListRequest.parse(request, SHAPE, Set.of()).answer(sessions::subscriptions, work);
  }

  /** Who would get a message of a topic; without a query, the client whose name is match. */
  @GET
  @Path("/match")
  @Parameter(
      name = "topic",
      in = ParameterIn.QUERY,
      schema = @Schema(implementation = String.class))
  public CompletionStage<JsonList<SubscriptionSnapshot>> match(@Context UriInfo request) {
    if (request.getQueryParameters().isEmpty()) {
      return byClient("match", request);
    }
    String topic = ListRequest.text(request, "topic");
    if (topic == null) {
      throw ApiException.missing("topic");
    }
    Topics.checkName(topic, conf.current().mqtt());
    var found = running.get().topicSubscribers();
    return ListRequest.parse(request, MATCH, Set.of("topic")).answer(() -> found.of(topic), work);
  }

  @GET
  @Path("/{clientid}")
  public CompletionStage<JsonList<SubscriptionSnapshot>> byClient(
      @RestPath String clientid, @Context UriInfo request) {
    var sessions = running.get().sessions();
    return ListRequest.parse(request, SHAPE, Set.of())
        .answer(() -> sessions.subscriptions(clientid), work);
  }

  // A group's name has neither slash nor wildcard [MQTT-4.8.2-2], so a group that has one is found
  // in no filter.
  private static boolean inGroup(String filter, String group) {
    return group.indexOf('/') < 0 && filter.startsWith(SHARE + group + "/");
  }
}
