package io.nanomq.api.list;

import io.nanomq.api.json.ApiException;
import io.vertx.core.MultiMap;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The query parameters that endpoints take, but for those that read them with {@link ListRequest}
 * or the like. The gate checks them before anything is done: a dry run that is misspelt must not
 * write, nor a filter that is misspelt remove everything.
 */
public final class ApiQuery {
  private static final QueryFilter<Object> NONE = new QueryFilter<>();
  private static final QueryFilter<Object> DRY_RUN = words("dry_run", "true", "false");

  /** By the endpoint's name; all others take no parameter. */
  private static final Map<String, QueryFilter<Object>> TAKEN =
      Map.of(
          "set_broker_configuration",
          DRY_RUN,
          "update_configuration_file",
          DRY_RUN,
          "kickout_client",
          words("session", "keep", "delete"),
          "delete_retained",
          new QueryFilter<>().text("topic", (any, topic) -> true),
          "get_openapi",
          words("format", "JSON", "YAML", "json", "yaml"));

  private static final Set<String> CHECKED_ELSEWHERE =
      Set.of(
          "list_clients",
          "lookup_client_via_username",
          "kickout_clients",
          "list_subscriptions",
          "lookup_client_subscriptions",
          "match_subscriptions",
          "list_topic-tree",
          "list_retained",
          "follow_events");

  /** What NanoMQ answers with a query as without. They change nothing, nor can they answer more. */
  private static final Set<String> UNCHECKED =
      Set.of("list_endpoints", "list_brokers", "list_nodes", "list_metrics", "get_prometheus");

  private ApiQuery() {}

  /** Whether an endpoint refuses what it does not know; null = the list of endpoints. */
  public static boolean isChecked(@Nullable String endpoint) {
    return endpoint != null && !UNCHECKED.contains(endpoint);
  }

  /**
   * Checks a query, already decoded.
   *
   * @param endpoint name of the endpoint, null for the list of them
   * @throws ApiException 400/108 for a parameter that the endpoint does not take, one that comes
   *     twice, and a value that it cannot have
   */
  public static void check(@Nullable String endpoint, MultiMap query) {
    if (endpoint == null
        || query.isEmpty()
        || !isChecked(endpoint)
        || CHECKED_ELSEWHERE.contains(endpoint)) {
      return;
    }
    // Vert.x takes names in any case for the same.
    MultivaluedMap<String, String> exact = new MultivaluedHashMap<>();
    query.forEach(each -> exact.add(each.getKey(), each.getValue()));
    TAKEN.getOrDefault(endpoint, NONE).parse(exact);
  }

  private static QueryFilter<Object> words(String name, String... words) {
    return new QueryFilter<>().oneOf(name, List.of(words), (any, word) -> true);
  }
}
