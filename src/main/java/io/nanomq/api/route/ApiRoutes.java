package io.nanomq.api.route;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Tells which requests lead somewhere. Segments are compared as they are sent: only a parameter may
 * be percent-encoded, so {@code /api/v4/%6eodes} is unknown. One trailing slash is accepted.
 */
public final class ApiRoutes {
  /** The root of the API, without a trailing slash. */
  public static final String ROOT = "/api/v4";

  /** Where a name and a password are exchanged for a token. */
  public static final String LOGIN = ROOT + "/login";

  /** Where the OpenAPI document is served. */
  public static final String DOCUMENT = ROOT + "/openapi";

  /** A client cannot be looked up by these, encoded or not: every HTTP library resolves them. */
  private static final Set<String> DOTS = Set.of(".", "..");

  /** What becomes of a request. */
  public enum Match {
    FOUND,
    WRONG_METHOD,
    UNKNOWN
  }

  private ApiRoutes() {}

  /** Whether {@code path} belongs to the API, known or not. */
  public static boolean covers(String path) {
    return path.equals(ROOT) || path.startsWith(ROOT + "/");
  }

  /** Whether {@code path} is that of logins, which is not always there. */
  public static boolean isLogin(String path) {
    return path.equals(LOGIN) || path.equals(LOGIN + "/");
  }

  /**
   * Looks up one request.
   *
   * @param method HTTP method, upper case
   * @param path raw path of the request, which {@link #covers} accepts
   */
  public static Match match(String method, String path) {
    List<String> segments = segments(path.substring(ROOT.length()));
    if (segments.isEmpty()) {
      return method.equals("GET") ? Match.FOUND : Match.WRONG_METHOD;
    }
    for (String segment : segments) {
      if (segment.isEmpty() || DOTS.contains(segment.replaceAll("(?i)%2e", "."))) {
        return Match.UNKNOWN;
      }
    }
    return lookUp(method, segments);
  }

  /**
   * The endpoint that a request leads to; of several, the one that says most of the path itself, as
   * the framework chooses.
   *
   * @param method HTTP method, upper case
   * @param path raw path of a request that is {@link Match#FOUND}
   * @return its name, null for the list of endpoints
   */
  public static @Nullable String endpoint(String method, String path) {
    List<String> segments = segments(path.substring(ROOT.length()));
    return Endpoint.ALL.stream()
        .filter(each -> each.method().equals(method) && each.matches(segments))
        .max(Comparator.comparingInt(Endpoint::ownLength))
        .map(Endpoint::name)
        .orElse(null);
  }

  /**
   * Methods that a path has.
   *
   * @param path raw path of a request that is {@link Match#WRONG_METHOD}
   */
  public static SortedSet<String> methods(String path) {
    List<String> segments = segments(path.substring(ROOT.length()));
    SortedSet<String> methods = new TreeSet<>();
    if (segments.isEmpty()) {
      methods.add("GET");
    }
    for (Endpoint endpoint : Endpoint.ALL) {
      if (endpoint.matches(segments)) {
        methods.add(endpoint.method());
      }
    }
    return methods;
  }

  private static Match lookUp(String method, List<String> segments) {
    Match best = Match.UNKNOWN;
    for (Endpoint endpoint : Endpoint.ALL) {
      if (endpoint.matches(segments)) {
        if (endpoint.method().equals(method)) {
          return Match.FOUND;
        }
        best = Match.WRONG_METHOD;
      }
    }
    return best;
  }

  // "" and "/" have none; "/nodes" and "/nodes/" have one; "//nodes" has an empty one in front.
  private static List<String> segments(String rest) {
    var segments = new ArrayList<>(List.of(rest.split("/", -1)));
    segments.remove(0);
    if (!segments.isEmpty() && segments.get(segments.size() - 1).isEmpty()) {
      segments.remove(segments.size() - 1);
    }
    return segments;
  }
}
