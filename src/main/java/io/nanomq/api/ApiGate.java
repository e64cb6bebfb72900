package io.nanomq.api;

import io.nanomq.control.RunningConf;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Stands before every resource of the API: first who asks, then what for. It answers 401, 404 and
 * 405 itself, since frameworks differ in when they notice which, and callers rely on the order.
 */
@Singleton
public class ApiGate {
  /** Before the framework's own filters; live reload's handler comes earlier still. */
  private static final int PRIORITY = 1000;

  private static final String PASSED = ApiGate.class.getName();
  private static final String JSON = "application/json";
  private static final String TOO_MANY = "Too many failed logins from this address; seconds left: ";

  private static final ApiError TOO_LONG =
      ApiError.of(ResultCode.REQUEST_PARAMETER_ERROR, "The body is too long");

  private final RunningConf conf;
  private final LoginGuard logins;
  private final long maxBody;

  /**
   * @param maxBody longest body of a request, in bytes
   */
  public ApiGate(
      RunningConf conf,
      LoginGuard logins,
      @ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize maxBody) {
    this.conf = conf;
    this.logins = logins;
    this.maxBody = maxBody.asLongValue();
  }

  /** Whether the request was let in here; no other way leads to a resource. */
  static boolean letIn(RoutingContext context) {
    return Boolean.TRUE.equals(context.get(PASSED));
  }

  void register(@Observes Filters filters) {
    filters.register(this::handle, PRIORITY);
  }

  private void handle(RoutingContext context) {
    String path = context.request().path();
    if (!ApiRoutes.covers(path)) {
      context.next();
      return;
    }
    String address = AuditLog.address(context.request());
    long wait = logins.secondsToWait(address);
    if (wait > 0) {
      context.response().putHeader("Retry-After", Long.toString(wait));
      refuse(context, 429, ApiError.of(ResultCode.WRONG_USERNAME_OR_PASSWORD, TOO_MANY + wait));
      return;
    }
    String credentials = context.request().getHeader(HttpHeaders.AUTHORIZATION);
    ResultCode verdict = ApiSecurity.check(credentials, conf.current().httpServer());
    logins.verdict(address, verdict);
    if (verdict != ResultCode.SUCCEED) {
      refuse(context, 401, ApiError.of(verdict));
      return;
    }
    audit(context, credentials);
    route(context, path);
  }

  private void route(RoutingContext context, String path) {
    switch (ApiRoutes.match(context.request().method().name(), path)) {
      case UNKNOWN -> refuse(context, 404, unknown("No such path"));
      case WRONG_METHOD -> refuse(context, 405, unknown("Method not allowed on this path"));
      case FOUND -> {
        context.put(PASSED, true);
        context.addHeadersEndHandler(end -> plainJson(context));
        forgetTypes(context.request().headers());
        if (!ApiBody.isIn(context.request())) {
          context.next();
        } else {
          new ApiBody(context, maxBody, () -> refuse(context, 413, TOO_LONG)).read();
        }
      }
    }
  }

  // What is refused for its path or method is written down as well.
  private static void audit(RoutingContext context, @Nullable String credentials) {
    var request = context.request();
    if (AuditLog.covers(request.method().name())) {
      context.addHeadersEndHandler(
          end -> AuditLog.write(request, credentials, context.response().getStatusCode()));
    }
  }

  // A body is read by its content and an answer has one type only, so neither a type that nobody
  // can parse nor one that we do not have is a reason to refuse; it is none in the reference.
  private static void forgetTypes(MultiMap headers) {
    headers.remove(HttpHeaders.ACCEPT);
    headers.remove(HttpHeaders.CONTENT_TYPE);
  }

  private static ApiError unknown(String message) {
    return ApiError.of(ResultCode.UNKNOWN_MISTAKE, message);
  }

  // JSON is UTF-8 and its media type knows no charset parameter [RFC 8259, 11].
  private static void plainJson(RoutingContext context) {
    var headers = context.response().headers();
    String type = headers.get(HttpHeaders.CONTENT_TYPE);
    if (type != null && type.startsWith(JSON)) {
      headers.set(HttpHeaders.CONTENT_TYPE, JSON);
    }
  }

  private static void refuse(RoutingContext context, int status, ApiError error) {
    // Quarkus paused the request; an unread body would block the next request of the connection.
    context.request().resume();
    var body = new JsonObject().put("code", error.code()).put("message", error.message());
    context
        .response()
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, JSON)
        .end(body.toBuffer());
  }
}
