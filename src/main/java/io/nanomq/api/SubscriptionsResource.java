package io.nanomq.api;

import io.nanomq.api.json.ApiException;
import io.nanomq.api.list.JsonList;
import io.nanomq.api.list.ListRequest;
import io.nanomq.api.list.ListTable;
import io.nanomq.api.list.ListWork;
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
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.extensions.Extension;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jboss.resteasy.reactive.RestPath;

/** {@code /api/v4/subscriptions}: one element per client and filter. */
@Path(ApiRoutes.ROOT + "/subscriptions")
public class SubscriptionsResource {
  private static final String SHARE = "$share/";

  public static final ListTable<SubscriptionSnapshot> TABLE =
      new ListTable<SubscriptionSnapshot>()
          .column("clientid", String.class, SubscriptionSnapshot::clientId)
          .column("topic", String.class, SubscriptionSnapshot::filter)
          .column("qos", Integer.class, SubscriptionSnapshot::qos)
          .filter("clientid")
          .filter("topic")
          .filter("qos", "0", "1", "2")
          .filter("share", (subscription, group) -> inGroup(subscription.filter(), group))
          .ordered(
              Comparator.comparing(SubscriptionSnapshot::clientId)
                  .thenComparing(SubscriptionSnapshot::filter));

  /** Of {@code /match}, where the topic is no filter. */
  public static final ListTable<SubscriptionSnapshot> MATCH = TABLE.without("topic");

  private final RunningBroker running;
  private final RunningConf conf;
  private final ListWork work;

  public SubscriptionsResource(RunningBroker running, RunningConf conf, ListWork work) {
    this.running = running;
    this.conf = conf;
    this.work = work;
  }

  @GET
  @Operation(operationId = "list_subscriptions", summary = "A list of subscriptions in the cluster")
  @Extension(name = ApiRoutes.ERRORS, value = "400/108")
  public CompletionStage<JsonList<SubscriptionSnapshot>> list(@Context UriInfo request) {
    var sessions = running.get().sessions();
    return ListRequest.parse(request, TABLE, Set.of()).answer(sessions::subscriptions, work);
  }

  /** Who would get a message of a topic; without a query, the client whose name is match. */
  @GET
  @Path("/match")
  @Operation(
      operationId = "match_subscriptions",
      summary = "The subscriptions that a topic would go to")
  @Extension(name = ApiRoutes.ERRORS, value = "400/107 400/108 400/115")
  @Parameter(
      name = "topic",
      in = ParameterIn.QUERY,
      description = "Topic",
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
  @Operation(
      operationId = "lookup_client_subscriptions",
      summary = "A list of subscriptions of a client")
  @Extension(name = ApiRoutes.ERRORS, value = "400/108")
  public CompletionStage<JsonList<SubscriptionSnapshot>> byClient(
      @RestPath String clientid, @Context UriInfo request) {
    var sessions = running.get().sessions();
    return ListRequest.parse(request, TABLE, Set.of())
        .answer(() -> sessions.subscriptions(clientid), work);
  }

  // A group's name has neither slash nor wildcard [MQTT-4.8.2-2], so a group that has one is found
  // in no filter.
  private static boolean inGroup(String filter, String group) {
    return group.indexOf('/') < 0 && filter.startsWith(SHARE + group + "/");
  }
}
