package io.nanomq.api.gate;

import io.nanomq.config.model.HttpServerConf;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;

/**
 * Tells browsers which web pages of other origins may use the API (Fetch standard, "CORS
 * protocol"). A page that is not allowed learns nothing: its request is answered like any other,
 * and the browser keeps the answer from it.
 */
final class CrossOrigin {
  private static final String METHODS = "GET, POST, DELETE";
  private static final String HEADERS = "Authorization, Content-Type";
  private static final String EXPOSED = "Retry-After";

  private CrossOrigin() {}

  /**
   * Sets the headers of the answer.
   *
   * @return whether the request only asks what it may do, which is answered without credentials
   *     since browsers send none with it
   */
  static boolean isPreflight(HttpServerRequest request, HttpServerConf.Cors conf) {
    if (conf.allowOrigins().isEmpty()) {
      return false;
    }
    boolean all = conf.allowOrigins().contains("*");
    var headers = request.response().headers();
    if (!all) {
      // Otherwise a cache would give one page what was answered to another.
      headers.add(HttpHeaders.VARY, HttpHeaders.ORIGIN);
    }
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    if (origin == null || !all && !conf.allowOrigins().contains(origin)) {
      return false;
    }
    headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, all ? "*" : origin);
    headers.set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    if (conf.allowCredentials() && !all) {
      headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
    }
    if (request.method() != HttpMethod.OPTIONS
        || !request.headers().contains(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD)) {
      return false;
    }
    headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, HEADERS);
    headers.set(HttpHeaders.ACCESS_CONTROL_MAX_AGE, Long.toString(conf.maxAgeSeconds()));
    return true;
  }
}
