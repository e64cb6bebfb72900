package io.nanomq.api.publish;

import io.nanomq.api.json.ApiDone;
import io.nanomq.api.json.ApiException;
import io.nanomq.api.json.JsonBody;
import io.nanomq.api.json.ResultCode;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.codec.ReasonCode;
import io.nanomq.config.RunningConf;
import io.nanomq.config.model.MqttConf;
import io.nanomq.control.RunningBroker;
import io.nanomq.packet.Subscription;
import io.nanomq.session.BrokerActions;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/v4/mqtt}: publishes, and subscribes and unsubscribes on behalf of connected clients.
 */
@Path(ApiRoutes.ROOT + "/mqtt")
@Blocking // a body of megabytes is no work for an event loop
public class MqttResource {
  private static final Set<String> SUBSCRIBE = Set.of("topic", "topics", "qos", "clientid");
  private static final Set<String> UNSUBSCRIBE = Set.of("topic", "topics", "clientid");

  private final RunningBroker running;
  private final RunningConf conf;

  public MqttResource(RunningBroker running, RunningConf conf) {
    this.running = running;
    this.conf = conf;
  }

  @POST
  @Path("/publish")
  @Operation(summary = "Publishes one message to one or several topics")
  public CompletionStage<ApiDone> publish(byte[] body) {
    return publish(JsonBody.object(body));
  }

  @POST
  @Path("/publish_batch")
  @Operation(summary = "Publishes up to 1,000 messages, in their order")
  public CompletionStage<BatchView> publishBatch(byte[] body) {
    return Batch.run(body, this::publish);
  }

  @POST
  @Path("/subscribe")
  @Operation(summary = "Subscribes a connected client")
  public CompletionStage<ApiDone> subscribe(byte[] body) {
    return subscribe(JsonBody.object(body));
  }

  @POST
  @Path("/subscribe_batch")
  @Operation(summary = "Up to 1,000 subscriptions of connected clients")
  public CompletionStage<BatchView> subscribeBatch(byte[] body) {
    return Batch.run(body, this::subscribe);
  }

  @POST
  @Path("/unsubscribe")
  @Operation(summary = "Unsubscribes a connected client")
  public CompletionStage<ApiDone> unsubscribe(byte[] body) {
    return unsubscribe(JsonBody.object(body));
  }

  @POST
  @Path("/unsubscribe_batch")
  @Operation(summary = "Up to 1,000 subscriptions of connected clients less")
  public CompletionStage<BatchView> unsubscribeBatch(byte[] body) {
    return Batch.run(body, this::unsubscribe);
  }

  private CompletionStage<ApiDone> publish(Map<String, @Nullable Object> members) {
    PublishRequest request = PublishRequest.parse(members, mqtt());
    CompletionStage<ReasonCode> all = CompletableFuture.completedFuture(ReasonCode.SUCCESS);
    for (String topic : request.topics()) {
      all =
          all.thenCombine(
              actions().publish(now -> request.message(topic, now)), MqttResource::worse);
    }
    return all.thenApply(MqttResource::done);
  }

  private CompletionStage<ApiDone> subscribe(Map<String, @Nullable Object> members) {
    var fields = new Fields(members, SUBSCRIBE);
    String client = fields.text("clientid");
    int qos = (int) fields.number("qos", 2, 0);
    List<Subscription> subscriptions =
        filters(fields).stream().map(f -> new Subscription(f, qos, false, false, 0, 0)).toList();
    return actions()
        .subscribe(client, subscriptions)
        .thenApply(code -> done(code.orElseThrow(() -> ApiException.offline(client))));
  }

  private CompletionStage<ApiDone> unsubscribe(Map<String, @Nullable Object> members) {
    var fields = new Fields(members, UNSUBSCRIBE);
    String client = fields.text("clientid");
    return actions()
        .unsubscribe(client, filters(fields))
        .thenApply(code -> done(code.orElseThrow(() -> ApiException.offline(client))));
  }

  private List<String> filters(Fields fields) {
    List<String> filters = fields.topics();
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
