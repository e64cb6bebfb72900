package io.nanomq.api.gate;

import io.nanomq.api.auth.Access;
import io.nanomq.api.auth.ApiSecurity;
import io.nanomq.api.auth.Caller;
import io.nanomq.api.json.ApiError;
import io.nanomq.api.json.ApiException;
import io.nanomq.api.json.ResultCode;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.api.route.Endpoint;
import io.nanomq.api.route.Endpoints;
import io.nanomq.authn.LoginGuard;
import io.nanomq.config.RunningConf;
import io.nanomq.config.model.HttpServerConf;
import io.nanomq.http.TokenKeys;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Stands before everything on the API's port: first who asks, then what for. It alone decides what
 * exists, by the path as it was sent, and answers 401, 404 and 405 itself: frameworks differ in
 * when they notice which, and callers rely on the order.
 */
@Singleton
public class ApiGate {
  /** Before the framework's own filters; live reload's handler comes earlier still. */
  private static final int PRIORITY = 1000;

  private static final String UI = ApiRoutes.ROOT + "/ui";
  private static final String DEV_UI = "/q/";
  private static final String ACCESS = Access.class.getName();
  private static final String JSON = "application/json";
  private static final String TOO_MANY = "Too many failed logins from this address; seconds left: ";

  private static final ApiError TOO_LONG =
      ApiError.of(ResultCode.REQUEST_PARAMETER_ERROR, "The body is too long");

  private final RunningConf conf;
  private final TokenKeys tokenKeys;
  private final Endpoints endpoints;
  private final LoginGuard logins;
  private final Clock clock;
  private final long maxBody;

  /**
   * @param maxBody longest body of a request, in bytes
   */
  public ApiGate(
      RunningConf conf,
      TokenKeys tokenKeys,
      Endpoints endpoints,
      LoginGuard logins,
      Clock clock,
      @ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize maxBody) {
    this.conf = conf;
    this.tokenKeys = tokenKeys;
    this.endpoints = endpoints;
    this.logins = logins;
    this.clock = clock;
    this.maxBody = maxBody.asLongValue();
  }

  /** What a request that was let in was let in for. */
  public static Access access(RoutingContext context) {
    Access access = context.get(ACCESS);
    return access == null ? Access.NONE : access;
  }

  void register(@Observes Filters filters) {
    filters.register(this::handle, PRIORITY);
  }

  private void handle(RoutingContext context) {
    HttpServerRequest request = context.request();
    if (isOpen(context)) {
      context.next();
      return;
    }
    if (!ApiRoutes.covers(request.path())) {
      refuse(context, 404, unknown("No such path"));
      return;
    }
    HttpServerConf http = conf.current().httpServer();
    if (CrossOrigin.isPreflight(request, http.cors())) {
      request.resume();
      context.response().setStatusCode(204).end();
      return;
    }
    // Before credentials are looked at: a page must not use up somebody's failed logins either.
    CrossSiteCheck.Refusal refusal = CrossSiteCheck.refusal(request, http.cors());
    if (refusal != null) {
      refuse(
          context,
          refusal.status(),
          ApiError.of(ResultCode.REQUEST_PARAMETER_ERROR, refusal.message()));
      return;
    }
    String address = CallerAddress.of(request, http.trustedProxies());
    long wait = logins.secondsToWait(address);
    if (wait > 0) {
      context.response().putHeader("Retry-After", Long.toString(wait));
      refuse(context, 429, ApiError.of(ResultCode.WRONG_USERNAME_OR_PASSWORD, TOO_MANY + wait));
      return;
    }
    var security = new ApiSecurity(http, tokenKeys.current(), clock.instant());
    Caller caller = caller(request, http, security);
    // Neither right ones nor none at all change the count.
    if (caller.verdict() == ResultCode.WRONG_USERNAME_OR_PASSWORD) {
      logins.failed(address);
    }
    audit(context, caller, address);
    if (caller.isKnown()) {
      context.put(ACCESS, new Access(security.grounds(), caller.until()));
      route(context, http);
    } else {
      context.response().putHeader("WWW-Authenticate", challenge(request, http));
      refuse(context, 401, ApiError.of(caller.verdict()));
    }
  }

  /**
   * What is nobody's secret: a browser has no credentials before it has loaded what asks for them.
   * The framework finds its way by a path that it has decoded and cleaned of dots, so both must be
   * open, that one and the path as it was sent.
   */
  private boolean isOpen(RoutingContext context) {
    HttpMethod method = context.request().method();
    return isOpen(method, context.request().path()) && isOpen(method, context.normalizedPath());
  }

  private boolean isOpen(HttpMethod method, String path) {
    boolean isDevelopment = LaunchMode.current() == LaunchMode.DEVELOPMENT;
    boolean isDocument =
        method.equals(HttpMethod.GET)
            && (path.equals(ApiRoutes.DOCUMENT) || path.equals(UI) || path.startsWith(UI + "/"));
    return isDevelopment && path.startsWith(DEV_UI)
        || isDocument && (isDevelopment || conf.current().httpServer().swaggerUi());
  }

  private static Caller caller(
      HttpServerRequest request, HttpServerConf http, ApiSecurity security) {
    String credentials = request.getHeader(HttpHeaders.AUTHORIZATION);
    return http.givesTokens() && isLogin(request)
        ? security.login(credentials)
        : security.request(credentials);
  }

  // NanoMQ sends none, but HTTP libraries that wait to be asked need it [RFC 9110, 15.5.2].
  private static String challenge(HttpServerRequest request, HttpServerConf http) {
    boolean isToken =
        http.authType() == HttpServerConf.AuthType.JWT && !(http.givesTokens() && isLogin(request));
    return isToken ? "Bearer realm=\"nanomq\"" : "Basic realm=\"nanomq\", charset=\"UTF-8\"";
  }

  private static boolean isLogin(HttpServerRequest request) {
    return request.method() == HttpMethod.POST && ApiRoutes.isLogin(request.path());
  }

  private void route(RoutingContext context, HttpServerConf http) {
    HttpServerRequest request = context.request();
    String path = request.path();
    if (ApiRoutes.isLogin(path) && !http.givesTokens()) {
      refuse(context, 404, unknown("No such path"));
      return;
    }
    Set<String> methods = endpoints.methods(path);
    Optional<Endpoint> endpoint = endpoints.find(request.method().name(), path);
    if (methods.isEmpty()) {
      refuse(context, 404, unknown("No such path"));
    } else if (endpoint.isEmpty()) {
      context.response().putHeader(HttpHeaders.ALLOW, String.join(", ", methods));
      refuse(context, 405, unknown("Method not allowed on this path"));
    } else {
      letIn(context, endpoint.get());
    }
  }

  private void letIn(RoutingContext context, Endpoint endpoint) {
    HttpServerRequest request = context.request();
    try {
      endpoint.check(context.queryParams());
    } catch (ApiException e) {
      refuse(context, e.status(), e.error());
      return;
    }
    context.addHeadersEndHandler(end -> plainJson(context));
    forgetTypes(request.headers());
    if (!ApiBody.isIn(request)) {
      context.next();
    } else {
      new ApiBody(context, maxBody, () -> refuse(context, 413, TOO_LONG)).read();
    }
  }

  // What is refused for its path or method is written down as well, and so are wrong credentials:
  // LoginGuard bounds them. Requests without any could fill the log.
  private static void audit(RoutingContext context, Caller caller, String address) {
    var request = context.request();
    boolean tells = caller.isKnown() || caller.verdict() == ResultCode.WRONG_USERNAME_OR_PASSWORD;
    if (tells && AuditLog.covers(request.method().name())) {
      context.addHeadersEndHandler(
          end ->
              AuditLog.write(request, caller.name(), address, context.response().getStatusCode()));
    }
  }

  // A body is read by its content and an answer has one type only, so neither a type that nobody
  // can parse nor one that we do not have is a reason to refuse; it is none in the reference.
  private static void forgetTypes(MultiMap headers) {
    headers.remove(HttpHeaders.ACCEPT);
    headers.set(HttpHeaders.CONTENT_TYPE, JSON);
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
