package io.nanomq.api.route;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;

/**
 * One line of {@code GET /api/v4}, and what the gate routes by: the list that users see is the list
 * that works.
 *
 * @param path below {@code /api/v4}, with a trailing slash where no parameter ends it; a segment
 *     that starts with a colon stands for one segment of any text
 * @param name name of the operation
 * @param method HTTP method
 * @param descr description
 */
@JsonPropertyOrder({"path", "name", "method", "descr"})
public record Endpoint(String path, String name, String method, String descr) {

  /**
   * Every operation but {@code GET /api/v4} itself, which lists them. The login is not always
   * there.
   */
  public static final List<Endpoint> ALL =
      List.of(
          get("/brokers/", "list_brokers", "A list of brokers in the cluster"),
          get("/nodes/", "list_nodes", "A list of nodes in the cluster"),
          get("/clients/", "list_clients", "A list of clients on current node"),
          get("/clients/:clientid", "lookup_client", "Lookup a client in the cluster"),
          get(
              "/clients/username/:username",
              "lookup_client_via_username",
              "Lookup a client via username in the cluster"),
          get("/subscriptions/", "list_subscriptions", "A list of subscriptions in the cluster"),
          get(
              "/subscriptions/:clientid",
              "lookup_client_subscriptions",
              "A list of subscriptions of a client"),
          get("/topic-tree/", "list_topic-tree", "A list of topic-tree in the cluster"),
          get("/configuration/", "get_broker_configuration", "show broker configuration"),
          post("/configuration/", "set_broker_configuration", "set broker configuration"),
          post("/ctrl/:action", "ctrl_broker", "Control broker stop or restart"),
          get(
              "/configuration/status",
              "get_configuration_status",
              "How far the running configuration is from the stored one"),
          post("/restart/", "restart_broker", "Same as /ctrl/restart"),
          post("/stop/", "stop_broker", "Same as /ctrl/stop"),
          get(
              "/reload/",
              "get_hot_updatable_configuration",
              "show the configuration that can be hot updated"),
          post(
              "/reload/",
              "set_hot_updatable_configuration",
              "set the configuration that can be hot updated"),
          post("/config_update/", "update_configuration_file", "update configuration file"),
          post("/mqtt/publish/", "mqtt_publish", "Publish a MQTT message"),
          post("/mqtt/publish_batch/", "mqtt_publish_batch", "Batch publish MQTT messages"),
          post("/mqtt/subscribe/", "mqtt_subscribe", "Subscribe on behalf of a client"),
          post("/mqtt/subscribe_batch/", "mqtt_subscribe_batch", "Batch subscribe"),
          post("/mqtt/unsubscribe/", "mqtt_unsubscribe", "Unsubscribe on behalf of a client"),
          post("/mqtt/unsubscribe_batch/", "mqtt_unsubscribe_batch", "Batch unsubscribe"),
          delete("/clients/:clientid", "kickout_client", "Kick out a client"),
          delete("/clients/", "kickout_clients", "Kick out all clients that the filters find"),
          get("/clients/:clientid/session", "lookup_session", "What the session of a client holds"),
          get(
              "/subscriptions/match",
              "match_subscriptions",
              "The subscriptions that a topic would go to"),
          get("/retained/", "list_retained", "A list of retained messages"),
          delete("/retained/", "delete_retained", "Delete retained messages"),
          get("/metrics/", "list_metrics", "A list of metrics of the broker"),
          get("/prometheus/", "get_prometheus", "The metrics of the broker for Prometheus"),
          get("/events/", "follow_events", "What happens in the broker, as server-sent events"),
          get("/openapi", "get_openapi", "The OpenAPI document of this API"),
          post("/login/", "login", "A token for a user name and a password"));

  private static Endpoint get(String path, String name, String descr) {
    return new Endpoint(path, name, "GET", descr);
  }

  private static Endpoint post(String path, String name, String descr) {
    return new Endpoint(path, name, "POST", descr);
  }

  private static Endpoint delete(String path, String name, String descr) {
    return new Endpoint(path, name, "DELETE", descr);
  }

  /** Length of the path without its parameters. */
  int ownLength() {
    return path.replaceAll(":\\w+", "").length();
  }

  /** Whether {@code segments}, those of a request below {@code /api/v4}, lead here. */
  boolean matches(List<String> segments) {
    List<String> own = List.of(path.substring(1).split("/"));
    if (own.size() != segments.size()) {
      return false;
    }
    for (int i = 0; i < own.size(); i++) {
      if (!own.get(i).startsWith(":") && !own.get(i).equals(segments.get(i))) {
        return false;
      }
    }
    return true;
  }
}
