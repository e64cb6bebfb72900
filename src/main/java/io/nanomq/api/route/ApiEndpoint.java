package io.nanomq.api.route;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.nanomq.api.json.ApiException;
import io.nanomq.control.access.Role;
import io.vertx.core.MultiMap;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.UriInfo;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/**
 * One line of {@code GET /api/v4}: what a method of a resource says of itself in its annotations.
 *
 * @param path below {@code /api/v4}, with a trailing slash where no parameter ends it; a segment
 *     that starts with a colon stands for one segment of any text
 * @param name name of the operation
 * @param method HTTP method
 * @param descr description
 * @param query the query parameters, each with all that it may be, none = any text; null = the
 *     method reads the query itself, or takes any
 * @param role who may call it
 * @param streamsBody whether the method reads the body itself
 */
@JsonPropertyOrder({"path", "name", "method", "descr"})
public record ApiEndpoint(
    String path,
    String name,
    String method,
    String descr,
    @JsonIgnore @Nullable Map<String, List<String>> query,
    @JsonIgnore Role role,
    @JsonIgnore boolean streamsBody) {

  static ApiEndpoint of(Class<?> resource, Method method) {
    Operation told = method.getAnnotation(Operation.class);
    String below = resource.getAnnotation(Path.class).value();
    Path own = method.getAnnotation(Path.class);
    below = own == null ? below : below + own.value();
    String path = below.substring(ApiRoutes.ROOT.length()).replaceAll("\\{(\\w+)}", ":$1");
    boolean endsInParameter = path.matches(".*/:\\w+");
    return new ApiEndpoint(
        endsInParameter ? path : path + "/",
        told.operationId(),
        verb(method),
        told.summary(),
        query(method),
        role(method),
        method.isAnnotationPresent(StreamsBody.class));
  }

  private static Role role(Method method) {
    RequiredRole needs = method.getAnnotation(RequiredRole.class);
    if (needs != null) {
      return needs.value();
    }
    return verb(method).equals("GET") ? Role.VIEWER : Role.ADMIN;
  }

  private static String verb(Method method) {
    return Arrays.stream(method.getAnnotations())
        .map(each -> each.annotationType().getAnnotation(HttpMethod.class))
        .filter(Objects::nonNull)
        .map(HttpMethod::value)
        .findFirst()
        .orElseThrow();
  }

  private static @Nullable Map<String, List<String>> query(Method method) {
    if (method.isAnnotationPresent(AnyQuery.class)
        || List.of(method.getParameterTypes()).contains(UriInfo.class)) {
      return null;
    }
    return Arrays.stream(method.getParameters())
        .filter(each -> each.isAnnotationPresent(RestQuery.class))
        .collect(Collectors.toUnmodifiableMap(ApiEndpoint::name, ApiEndpoint::words));
  }

  private static String name(java.lang.reflect.Parameter parameter) {
    String name = parameter.getAnnotation(RestQuery.class).value();
    return name.isEmpty() ? parameter.getName() : name;
  }

  private static List<String> words(java.lang.reflect.Parameter parameter) {
    Parameter told = parameter.getAnnotation(Parameter.class);
    return told == null ? List.of() : List.of(told.schema().enumeration());
  }

  /**
   * Checks a query, already decoded, before anything is done: a dry run that is misspelt must not
   * write, nor a filter that is misspelt remove everything.
   *
   * @throws ApiException 400/108 for a parameter that the endpoint does not take, one that comes
   *     twice, and a value that it cannot have
   */
  public void check(MultiMap given) {
    if (query == null) {
      return;
    }
    // Names in another case are other names, which Vert.x's own look-ups do not tell apart.
    Set<String> seen = new HashSet<>();
    given.forEach(
        each -> {
          String parameter = each.getKey();
          List<String> words = query.get(parameter);
          if (words == null) {
            throw ApiException.unknownParameter(parameter);
          }
          if (!seen.add(parameter)) {
            throw ApiException.repeatedParameter(parameter);
          }
          if (!words.isEmpty() && !words.contains(each.getValue())) {
            throw ApiException.illegalParameter(parameter, each.getValue());
          }
        });
  }

  /** The path's segments, none for the root. */
  List<String> segments() {
    return Arrays.stream(path.split("/")).filter(each -> !each.isEmpty()).toList();
  }
}
