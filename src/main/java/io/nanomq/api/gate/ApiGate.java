package io.nanomq.api.gate;

import io.nanomq.api.auth.ApiAuthentication;
import io.nanomq.api.auth.ApiCaller;
import io.nanomq.api.auth.ApiLogin;
import io.nanomq.api.auth.CredentialSettings;
import io.nanomq.api.json.ApiError;
import io.nanomq.api.json.ApiException;
import io.nanomq.api.json.ResultCode;
import io.nanomq.api.route.ApiEndpoint;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.api.route.Endpoints;
import io.nanomq.authn.LoginGuard;
import io.nanomq.config.RunningConf;
import io.nanomq.config.model.HttpServerConf;
import io.nanomq.control.access.Role;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Stands before everything on the API's port: first who asks, then what for. It alone decides what
 * exists, by the path as it was sent, and answers 401, 404 and 405 itself: frameworks differ in
 * when they notice which, and callers rely on the order.
 */
@Singleton
public class ApiGate {
  /** Before the framework's own filters; live reload's handler comes earlier still. */
  private static final int BEFORE_AUTHENTICATION = 1000;

  /** Behind the framework's handler that authenticates, at 200. */
  private static final int AFTER_AUTHENTICATION = 150;

  private static final String DEV_UI = "/q/";
  private static final String JSON = "application/json";
  private static final String TOO_MANY = "Too many failed logins from this address; seconds left: ";

  private static final ApiError TOO_LONG =
      ApiError.of(ResultCode.REQUEST_PARAMETER_ERROR, "The body is too long");

  private static final ApiError TOO_MANY_VALUES =
      ApiError.of(
          ResultCode.REQUEST_PARAMETER_ERROR, "The body has more values than there is memory for");

  private static final ApiError NO_ROOM =
      ApiError.of(ResultCode.RPC_ERROR, "Other bodies take the memory that there is for them");

  private static final ApiError BODY_CODING =
      ApiError.of(ResultCode.REQUEST_PARAMETER_ERROR, "The body has to come without a coding");

  private static final ApiError EXPECTATION =
      ApiError.of(ResultCode.REQUEST_PARAMETER_ERROR, "Nothing but 100-continue can be expected");

  /** Bytes of a body that asks for nothing but to read: a name, or a topic. */
  private static final long MOST_OF_VIEWER = 64 * 1024;

  private final RunningConf conf;
  private final ApiAuthentication authentication;
  private final CredentialSettings credentials;
  private final Endpoints endpoints;
  private final LoginGuard logins;
  private final BodyMemory bodies;
  private final long maxBody;

  /**
   * @param maxBody longest body of a request, in bytes
   */
  public ApiGate(
      RunningConf conf,
      ApiAuthentication authentication,
      CredentialSettings credentials,
      Endpoints endpoints,
      LoginGuard logins,
      BodyMemory bodies,
      @ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize maxBody) {
    this.conf = conf;
    this.authentication = authentication;
    this.credentials = credentials;
    this.endpoints = endpoints;
    this.logins = logins;
    this.bodies = bodies;
    this.maxBody = maxBody.asLongValue();
  }

  void register(@Observes Filters filters) {
    filters.register(this::examine, BEFORE_AUTHENTICATION);
    filters.register(this::admit, AFTER_AUTHENTICATION);
  }

  private void examine(RoutingContext context) {
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
    String address = address(request, http);
    long wait = logins.secondsToWait(address);
    if (wait > 0) {
      context.response().putHeader("Retry-After", Long.toString(wait));
      refuse(context, 429, ApiError.of(ResultCode.WRONG_USERNAME_OR_PASSWORD, TOO_MANY + wait));
      return;
    }
    boolean byPassword =
        http.authType() == HttpServerConf.AuthType.BASIC || http.givesTokens() && isLogin(request);
    var caller =
        new ApiCaller(
            address, () -> request.response().closed() || logins.secondsToWait(address) > 0);
    ApiLogin.require(context, byPassword, http.authType(), caller);
    context.next();
  }

  private void admit(RoutingContext context) {
    ApiLogin login = ApiLogin.of(context);
    if (login == null) {
      context.next();
      return;
    }
    HttpServerConf http = conf.current().httpServer();
    String address = address(context.request(), http);
    // Neither right ones nor none at all change the count.
    if (login.verdict() == ResultCode.WRONG_USERNAME_OR_PASSWORD) {
      logins.failed(address);
    }
    audit(context, login, address);
    if (login.isKnown()) {
      route(context, http, login);
    } else {
      authentication
          .getChallenge(context)
          .subscribe()
          .with(
              asked ->
                  context.response().putHeader(asked.headerName.toString(), asked.headerContent));
      refuse(context, 401, ApiError.of(login.verdict()));
    }
  }

  private static String address(HttpServerRequest request, HttpServerConf http) {
    return CallerAddress.of(request, http.trustedProxies());
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
            && (path.equals(ApiRoutes.DOCUMENT)
                || path.equals(ApiRoutes.UI)
                || path.startsWith(ApiRoutes.UI + "/"));
    return isDevelopment && path.startsWith(DEV_UI)
        || isDocument && (isDevelopment || conf.current().httpServer().shown().swaggerUi());
  }

  private static boolean isLogin(HttpServerRequest request) {
    return request.method() == HttpMethod.POST && ApiRoutes.isLogin(request.path());
  }

  private void route(RoutingContext context, HttpServerConf http, ApiLogin login) {
    HttpServerRequest request = context.request();
    String path = request.path();
    if (ApiRoutes.isLogin(path) && !http.givesTokens()) {
      refuse(context, 404, unknown("No such path"));
      return;
    }
    Map<String, ApiEndpoint> byMethod = endpoints.at(path);
    // HEAD is no method of any path, as NanoMQ has it.
    ApiEndpoint endpoint = byMethod.get(request.method().name());
    if (byMethod.isEmpty()) {
      refuse(context, 404, unknown("No such path"));
    } else if (endpoint == null) {
      context.response().putHeader(HttpHeaders.ALLOW, String.join(", ", byMethod.keySet()));
      refuse(context, 405, unknown("Method not allowed on this path"));
    } else {
      letIn(context, endpoint, login);
    }
  }

  private void letIn(RoutingContext context, ApiEndpoint endpoint, ApiLogin login) {
    if (!login.role().includes(endpoint.role())) {
      refuse(context, 403, unknown("That takes the role " + endpoint.role().word()));
      return;
    }
    HttpServerRequest request = context.request();
    try {
      endpoint.check(context.queryParams());
    } catch (ApiException e) {
      refuse(context, e.status(), e.error());
      return;
    }
    context.addHeadersEndHandler(end -> plainJson(context));
    forgetTypes(request.headers());
    if (ApiBody.isEncoded(request)) {
      context.response().putHeader(HttpHeaders.ACCEPT_ENCODING, HttpHeaders.IDENTITY);
      refuse(context, 415, BODY_CODING);
    } else if (ApiBody.expectsMore(request)) {
      refuse(context, 417, EXPECTATION);
    } else if (!ApiBody.isIn(request)) {
      context.next();
    } else if (endpoint.streamsBody()) {
      ApiBody.leaveToResource(request);
      context.next();
    } else {
      new ApiBody(
              context,
              mostBytes(endpoint),
              bodies,
              why -> refuse(context, why),
              () -> goOn(context, login))
          .read();
    }
  }

  /** Whoever may only read must not take the room that others have for large bodies. */
  private long mostBytes(ApiEndpoint endpoint) {
    return endpoint.role() == Role.VIEWER ? Math.min(maxBody, MOST_OF_VIEWER) : maxBody;
  }

  private static void refuse(RoutingContext context, ApiBody.Refusal why) {
    switch (why) {
      case TOO_LONG -> refuse(context, 413, TOO_LONG);
      case TOO_MANY_VALUES -> refuse(context, 413, TOO_MANY_VALUES);
      case NO_ROOM -> {
        context.response().putHeader("Retry-After", "1");
        refuse(context, 503, NO_ROOM);
      }
    }
  }

  /** A body may take its time, and somebody may lose what opened the door for it meanwhile. */
  private void goOn(RoutingContext context, ApiLogin login) {
    if (credentials.hold(login)) {
      context.next();
    } else {
      refuse(context, 401, ApiError.of(ResultCode.WRONG_USERNAME_OR_PASSWORD));
    }
  }

  // What is refused for its path or method is written down as well, and so are wrong credentials:
  // LoginGuard bounds them. Requests without any could fill the log.
  private static void audit(RoutingContext context, ApiLogin login, String address) {
    var request = context.request();
    boolean tells = login.isKnown() || login.verdict() == ResultCode.WRONG_USERNAME_OR_PASSWORD;
    if (tells && AuditLog.covers(request.method().name())) {
      context.addHeadersEndHandler(
          end ->
              AuditLog.write(request, login.name(), address, context.response().getStatusCode()));
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
    context
        .response()
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, JSON)
        .end(Buffer.buffer(error.bytes()));
  }
}
