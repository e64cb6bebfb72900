package io.nanomq.api.route;

import io.nanomq.control.access.Role;
import java.lang.reflect.Method;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import org.eclipse.microprofile.openapi.annotations.Operation;

/**
 * What the API has, as its resources say it, and which requests lead there. Segments are compared
 * as they are sent: only a parameter may be percent-encoded, so {@code /api/v4/%6eodes} is unknown.
 * One trailing slash is accepted.
 */
public final class Endpoints {
  /** The list of all the others, which is not in it. */
  private static final String ROOT = "list_endpoints";

  /** Served by the framework, so no method of ours tells of it. */
  private static final ApiEndpoint DOCUMENT =
      new ApiEndpoint(
          ApiRoutes.DOCUMENT.substring(ApiRoutes.ROOT.length()) + "/",
          "get_openapi",
          "GET",
          "The OpenAPI document of this API",
          Map.of("format", List.of("JSON", "YAML", "json", "yaml")),
          Role.VIEWER,
          false);

  /** What the API's page has, in its order; all others come behind. */
  private static final List<String> DOCUMENTED =
      List.of(
          "list_brokers",
          "list_nodes",
          "list_clients",
          "lookup_client",
          "lookup_client_via_username",
          "list_subscriptions",
          "lookup_client_subscriptions",
          "list_topic-tree",
          "get_broker_configuration",
          "set_broker_configuration",
          "ctrl_broker");

  /** A client cannot be looked up by these, encoded or not: every HTTP library resolves them. */
  private static final Set<String> DOTS = Set.of(".", "..");

  private static final Comparator<ApiEndpoint> BY_OWN_TEXT =
      Comparator.comparingInt(each -> each.path().replaceAll(":\\w+", "").length());

  private final Map<ApiEndpoint, List<String>> segments = new LinkedHashMap<>();
  private final Map<String, SortedMap<String, ApiEndpoint>> withoutParameters = new HashMap<>();

  /**
   * @param resources classes whose methods have an {@code @Operation} each
   */
  public Endpoints(List<Class<?>> resources) {
    List<ApiEndpoint> all = new ArrayList<>(List.of(DOCUMENT));
    for (Class<?> resource : resources) {
      for (Method method : resource.getDeclaredMethods()) {
        if (method.isAnnotationPresent(Operation.class)) {
          all.add(ApiEndpoint.of(resource, method));
        }
      }
    }
    all.sort(
        Comparator.comparingInt(Endpoints::place)
            .thenComparing(ApiEndpoint::path)
            .thenComparing(ApiEndpoint::method));
    all.forEach(each -> segments.put(each, each.segments()));
    for (ApiEndpoint each : all) {
      String path = ApiRoutes.ROOT + each.path();
      if (!path.contains(":")) {
        withoutParameters.put(path, matching(path));
        withoutParameters.put(path.substring(0, path.length() - 1), matching(path));
      }
    }
  }

  private static int place(ApiEndpoint endpoint) {
    int index = DOCUMENTED.indexOf(endpoint.name());
    return index < 0 ? DOCUMENTED.size() : index;
  }

  /** All that there are, but for the list of them itself. */
  public List<ApiEndpoint> listed() {
    return segments.keySet().stream().filter(each -> !each.name().equals(ROOT)).toList();
  }

  /** The endpoint of that name. */
  public Optional<ApiEndpoint> named(String name) {
    return segments.keySet().stream().filter(each -> each.name().equals(name)).findFirst();
  }

  /**
   * Where a path leads to, by HTTP method; empty where it leads nowhere. Of several endpoints it is
   * the one that says most of the path itself, as the framework chooses.
   *
   * @param path raw path of a request, which {@link ApiRoutes#covers} accepts
   */
  public SortedMap<String, ApiEndpoint> at(String path) {
    SortedMap<String, ApiEndpoint> known = withoutParameters.get(path);
    return known == null ? matching(path) : known;
  }

  private SortedMap<String, ApiEndpoint> matching(String path) {
    SortedMap<String, ApiEndpoint> byMethod = new TreeMap<>();
    List<String> given = given(path.substring(ApiRoutes.ROOT.length()));
    for (String segment : given) {
      if (segment.isEmpty() || DOTS.contains(segment.replaceAll("(?i)%2e", "."))) {
        return byMethod;
      }
    }
    List<String> decoded = given.stream().map(Endpoints::decoded).toList();
    boolean isEncoded = !decoded.equals(given);
    for (var each : segments.entrySet()) {
      if (matches(each.getValue(), given)) {
        byMethod.merge(each.getKey().method(), each.getKey(), BinaryOperator.maxBy(BY_OWN_TEXT));
      } else if (isEncoded && matches(each.getValue(), decoded)) {
        return new TreeMap<>(); // the framework decodes first: it would go where nobody has checked
      }
    }
    return byMethod;
  }

  private static String decoded(String segment) {
    // A plus stands for itself in a path.
    return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  // "" and "/" have none; "/nodes" and "/nodes/" have one; "//nodes" has an empty one in front.
  private static List<String> given(String rest) {
    var segments = new ArrayList<>(List.of(rest.split("/", -1)));
    segments.remove(0);
    if (!segments.isEmpty() && segments.get(segments.size() - 1).isEmpty()) {
      segments.remove(segments.size() - 1);
    }
    return segments;
  }

  private static boolean matches(List<String> own, List<String> given) {
    if (own.size() != given.size()) {
      return false;
    }
    for (int i = 0; i < own.size(); i++) {
      if (!own.get(i).startsWith(":") && !own.get(i).equals(given.get(i))) {
        return false;
      }
    }
    return true;
  }
}
