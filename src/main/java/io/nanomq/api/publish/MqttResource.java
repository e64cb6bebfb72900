package io.nanomq.api.publish;

import io.nanomq.api.json.ApiDone;
import io.nanomq.api.json.ApiException;
import io.nanomq.api.json.ResultCode;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.api.route.RequiredRole;
import io.nanomq.codec.ReasonCode;
import io.nanomq.config.RunningConf;
import io.nanomq.config.model.MqttConf;
import io.nanomq.control.RunningBroker;
import io.nanomq.control.access.Role;
import io.nanomq.packet.Subscription;
import io.nanomq.packet.TopicName;
import io.nanomq.session.BrokerActions;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.extensions.Extension;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBodySchema;

/**
 * {@code /api/v4/mqtt}: publishes, and subscribes and unsubscribes on behalf of connected clients.
 */
@Path(ApiRoutes.ROOT + "/mqtt")
@Blocking // a body of megabytes is no work for an event loop
public class MqttResource {

  private final RunningBroker running;
  private final RunningConf conf;

  public MqttResource(RunningBroker running, RunningConf conf) {
    this.running = running;
    this.conf = conf;
  }

  @POST
  @Path("/publish")
  @RequiredRole(Role.OPERATOR)
  @Operation(
      operationId = "mqtt_publish",
      summary = "Publish a MQTT message",
      description = "To one or several topics")
  @Extension(name = ApiRoutes.ERRORS, value = "400/107 400/108 400/109 400/115 403/101")
  public CompletionStage<ApiDone> publish(PublishRequest request) {
    Publication publication = request.checked(mqtt());
    String client = request.clientid();
    if (client == null) {
      return publish(publication);
    }
    List<TopicName> topics = publication.topics().stream().map(TopicName::of).toList();
    return actions()
        .mayPublish(client, topics)
        .thenCompose(
            code ->
                code.isError()
                    ? CompletableFuture.failedFuture(denied(client))
                    : publish(publication));
  }

  private CompletionStage<ApiDone> publish(Publication publication) {
    CompletionStage<ReasonCode> all = CompletableFuture.completedFuture(ReasonCode.SUCCESS);
    for (String topic : publication.topics()) {
      all =
          all.thenCombine(
              actions().publish(now -> publication.message(topic, now)), MqttResource::worse);
    }
    return all.thenApply(MqttResource::done);
  }

  @POST
  @Path("/publish_batch")
  @RequiredRole(Role.OPERATOR)
  @Operation(
      operationId = "mqtt_publish_batch",
      summary = "Batch publish MQTT messages",
      description = "Up to 1,000, in their order")
  @Extension(name = ApiRoutes.ERRORS, value = "400/108 400/109")
  public CompletionStage<BatchView> publishBatch(
      @RequestBodySchema(PublishRequest[].class) byte[] body) {
    return Batch.run(body, PublishRequest.class, this::publish);
  }

  @POST
  @Path("/subscribe")
  @RequiredRole(Role.OPERATOR)
  @Operation(
      operationId = "mqtt_subscribe",
      summary = "Subscribe on behalf of a client",
      description = "A connected one")
  @Extension(name = ApiRoutes.ERRORS, value = "400/107 400/108 400/109 400/115 403/101 404/112")
  public CompletionStage<ApiDone> subscribe(SubscribeRequest request) {
    String client = request.clientid();
    List<Subscription> subscriptions =
        checked(request.filters()).stream()
            .map(filter -> new Subscription(filter, request.qos(), false, false, 0, 0))
            .toList();
    return actions()
        .subscribe(client, subscriptions)
        .thenApply(
            code -> {
              if (code.orElse(ReasonCode.SUCCESS) == ReasonCode.NOT_AUTHORIZED) {
                throw denied(client);
              }
              return done(code.orElseThrow(() -> ApiException.offline(client)));
            });
  }

  private static ApiException denied(String client) {
    return new ApiException(
        403, ResultCode.RPC_ERROR, "Client " + client + " may not do that: see POST /acl/check");
  }

  @POST
  @Path("/subscribe_batch")
  @RequiredRole(Role.OPERATOR)
  @Operation(
      operationId = "mqtt_subscribe_batch",
      summary = "Batch subscribe",
      description = "Up to 1,000 subscriptions of connected clients")
  @Extension(name = ApiRoutes.ERRORS, value = "400/108 400/109")
  public CompletionStage<BatchView> subscribeBatch(
      @RequestBodySchema(SubscribeRequest[].class) byte[] body) {
    return Batch.run(body, SubscribeRequest.class, this::subscribe);
  }

  @POST
  @Path("/unsubscribe")
  @RequiredRole(Role.OPERATOR)
  @Operation(
      operationId = "mqtt_unsubscribe",
      summary = "Unsubscribe on behalf of a client",
      description = "A connected one")
  @Extension(name = ApiRoutes.ERRORS, value = "400/107 400/108 400/109 400/115 404/112")
  public CompletionStage<ApiDone> unsubscribe(UnsubscribeRequest request) {
    String client = request.clientid();
    return actions()
        .unsubscribe(client, checked(request.filters()))
        .thenApply(code -> done(code.orElseThrow(() -> ApiException.offline(client))));
  }

  @POST
  @Path("/unsubscribe_batch")
  @RequiredRole(Role.OPERATOR)
  @Operation(
      operationId = "mqtt_unsubscribe_batch",
      summary = "Batch unsubscribe",
      description = "Up to 1,000 subscriptions of connected clients less")
  @Extension(name = ApiRoutes.ERRORS, value = "400/108 400/109")
  public CompletionStage<BatchView> unsubscribeBatch(
      @RequestBodySchema(UnsubscribeRequest[].class) byte[] body) {
    return Batch.run(body, UnsubscribeRequest.class, this::unsubscribe);
  }

  private List<String> checked(List<String> filters) {
    filters.forEach(filter -> Topics.checkFilter(filter, mqtt()));
    return filters;
  }

  private static ReasonCode worse(ReasonCode a, ReasonCode b) {
    return a.isError() ? a : b;
  }

  private static ApiDone done(ReasonCode code) {
    if (code.isError()) {
      throw new ApiException(500, ResultCode.RPC_ERROR, "Refused by the broker: " + code);
    }
    return ApiDone.DONE;
  }

  private MqttConf mqtt() {
    return conf.current().mqtt();
  }

  private BrokerActions actions() {
    return running.get().actions();
  }
}
