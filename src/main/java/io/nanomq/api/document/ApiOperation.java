package io.nanomq.api.document;

import io.nanomq.api.ClientView;
import io.nanomq.api.ClientsResource;
import io.nanomq.api.KickResource;
import io.nanomq.api.MetricsView;
import io.nanomq.api.NodeStatus;
import io.nanomq.api.RetainedResource;
import io.nanomq.api.RetainedView;
import io.nanomq.api.SessionView;
import io.nanomq.api.SubscriptionView;
import io.nanomq.api.SubscriptionsResource;
import io.nanomq.api.TopicTreeResource;
import io.nanomq.api.TopicTreeView;
import io.nanomq.api.auth.TokenView;
import io.nanomq.api.configuration.ApiEdited;
import io.nanomq.api.configuration.StatusView;
import io.nanomq.api.json.ApiDone;
import io.nanomq.api.list.ListShape;
import io.nanomq.api.list.QueryFilter;
import io.nanomq.api.publish.ApiRequests;
import io.nanomq.api.publish.BatchView;
import io.nanomq.api.route.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the OpenAPI document tells of one endpoint, beside what all have in common: {@link
 * ApiDocument}. An endpoint needs a line in {@link Endpoint#ALL}, one here under the same name, and
 * one in {@code openapi-examples.json}.
 *
 * @param shape how {@code answer} is wrapped
 * @param answer type of the answer, or of its data
 * @param request type of the body, null = none
 * @param filters query parameters that the method does not declare, null = none
 * @param isList whether it takes {@code _page}, {@code _limit}, {@code _sort} and {@code _fields}
 * @param errors its own errors as {@code 400/108}; more of them than 401, 413 and 429
 */
record ApiOperation(
    Shape shape,
    Class<?> answer,
    @Nullable Class<?> request,
    @Nullable QueryFilter<?> filters,
    @Nullable ListShape<?, ?> list,
    List<String> errors) {
  private static final String MISSING = "400/107";

  /** What every endpoint answers to a query that it does not take. */
  static final String WRONG = "400/108";

  private static final String NOT_JSON = "400/109";
  private static final String TOPIC = "400/115";
  private static final String OFFLINE = "404/112";

  /** How an answer is built. */
  enum Shape {
    /** As it is. */
    WHOLE,
    /** {@code {"code":0,"data":...}}. */
    DATA,
    /** {@code {"code":0,"data":[...]}}. */
    ELEMENTS,
    /** {@code {"code":0,"data":[[...],...]}}. */
    LEVELS,
    /** Text. */
    TEXT,
    /** A document. */
    YAML,
    /** Server-sent events. */
    EVENTS
  }

  /** By the endpoint's name. */
  static final Map<String, ApiOperation> ALL =
      Map.ofEntries(
          Map.entry("list_endpoints", elements(Endpoint.class)),
          Map.entry("list_brokers", elements(NodeStatus.BrokerView.class)),
          Map.entry("list_nodes", elements(NodeStatus.NodeView.class)),
          Map.entry("list_clients", list(ClientsResource.SHAPE, ClientView.class)),
          Map.entry("lookup_client", elements(ClientView.class)),
          Map.entry("lookup_client_via_username", list(ClientsResource.SHAPE, ClientView.class)),
          Map.entry("lookup_session", elements(SessionView.class)),
          Map.entry("kickout_client", done(WRONG, OFFLINE)),
          Map.entry("kickout_clients", data(KickResource.Kicked.class, MISSING, WRONG).filtered()),
          Map.entry(
              "list_subscriptions", list(SubscriptionsResource.SHAPE, SubscriptionView.class)),
          Map.entry(
              "lookup_client_subscriptions",
              list(SubscriptionsResource.SHAPE, SubscriptionView.class)),
          Map.entry(
              "match_subscriptions",
              list(SubscriptionsResource.MATCH, SubscriptionView.class, MISSING, TOPIC)),
          Map.entry("list_topic-tree", tree()),
          Map.entry("list_retained", list(RetainedResource.SHAPE, RetainedView.class, TOPIC)),
          Map.entry("delete_retained", data(RetainedResource.Removed.class, MISSING, WRONG, TOPIC)),
          Map.entry("get_broker_configuration", data(Map.class)),
          Map.entry(
              "set_broker_configuration",
              whole(ApiEdited.class, MISSING, WRONG, NOT_JSON).takes(ApiRequests.Data.class)),
          Map.entry("get_configuration_status", data(StatusView.class)),
          Map.entry("get_hot_updatable_configuration", data(Map.class)),
          Map.entry(
              "set_hot_updatable_configuration",
              done(MISSING, WRONG, NOT_JSON).takes(ApiRequests.Data.class)),
          Map.entry("update_configuration_file", whole(ApiEdited.class, WRONG).takes(String.class)),
          Map.entry("ctrl_broker", done(WRONG, "404/101")),
          Map.entry("restart_broker", done(WRONG)),
          Map.entry("stop_broker", done()),
          Map.entry(
              "mqtt_publish",
              done(MISSING, WRONG, NOT_JSON, TOPIC).takes(ApiRequests.Publish.class)),
          Map.entry("mqtt_publish_batch", batch(ApiRequests.Publish[].class)),
          Map.entry(
              "mqtt_subscribe",
              done(MISSING, WRONG, NOT_JSON, TOPIC, OFFLINE).takes(ApiRequests.Subscribe.class)),
          Map.entry("mqtt_subscribe_batch", batch(ApiRequests.Subscribe[].class)),
          Map.entry(
              "mqtt_unsubscribe",
              done(MISSING, WRONG, NOT_JSON, TOPIC, OFFLINE).takes(ApiRequests.Unsubscribe.class)),
          Map.entry("mqtt_unsubscribe_batch", batch(ApiRequests.Unsubscribe[].class)),
          Map.entry("list_metrics", whole(MetricsView.class)),
          Map.entry(
              "get_prometheus",
              new ApiOperation(Shape.TEXT, String.class, null, null, null, List.of())),
          Map.entry(
              "follow_events",
              new ApiOperation(
                  Shape.EVENTS, String.class, null, null, null, List.of(WRONG, "503/101"))),
          Map.entry(
              "get_openapi",
              new ApiOperation(Shape.YAML, String.class, null, null, null, List.of())),
          Map.entry("login", data(TokenView.class, "404/102")));

  private static ApiOperation whole(Class<?> answer, String... errors) {
    return new ApiOperation(Shape.WHOLE, answer, null, null, null, List.of(errors));
  }

  private static ApiOperation done(String... errors) {
    return whole(ApiDone.class, errors);
  }

  private static ApiOperation data(Class<?> data, String... errors) {
    return new ApiOperation(Shape.DATA, data, null, null, null, List.of(errors));
  }

  private static ApiOperation elements(Class<?> element) {
    return new ApiOperation(Shape.ELEMENTS, element, null, null, null, List.of());
  }

  private static ApiOperation batch(Class<?> request) {
    return whole(BatchView.class, WRONG, NOT_JSON).takes(request);
  }

  private static ApiOperation list(ListShape<?, ?> list, Class<?> element, String... errors) {
    var all = new ArrayList<>(List.of(WRONG));
    all.addAll(List.of(errors));
    return new ApiOperation(Shape.ELEMENTS, element, null, list.filters(), list, all);
  }

  private static ApiOperation tree() {
    return new ApiOperation(
        Shape.LEVELS,
        TopicTreeView.Node.class,
        null,
        null,
        TopicTreeResource.SHAPE,
        List.of(WRONG));
  }

  private ApiOperation takes(Class<?> body) {
    return new ApiOperation(shape, answer, body, filters, list, errors);
  }

  private ApiOperation filtered() {
    return new ApiOperation(shape, answer, request, ClientsResource.FILTER, list, errors);
  }
}
