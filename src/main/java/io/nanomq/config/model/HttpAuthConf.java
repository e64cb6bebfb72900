package io.nanomq.config.model;

import io.nanomq.config.model.tls.TlsConf;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The web server that is asked who may connect and who may do what.
 *
 * @param enable whether it is asked
 * @param authentication request for a CONNECT
 * @param superuser request whether a user may do everything
 * @param authorization request for a PUBLISH or SUBSCRIBE
 * @param timeoutMillis how long an answer may take
 * @param connectTimeoutMillis how long connecting may take
 * @param poolSize connections to the web server
 * @param cacheMillis how long an answer is kept; 0 = not
 * @param ignoreErrors whether others are asked where it is away, in place of a refusal
 */
public record HttpAuthConf(
    boolean enable,
    Request authentication,
    Request superuser,
    Request authorization,
    long timeoutMillis,
    long connectTimeoutMillis,
    int poolSize,
    long cacheMillis,
    boolean ignoreErrors) {

  /**
   * One request.
   *
   * @param url address; empty = the request is not made
   * @param post whether the method is POST, else GET
   * @param headers header to value
   * @param parameters parameter to value, with {@code %u} and the like
   * @param tls files for https
   */
  public record Request(
      String url,
      boolean post,
      Map<String, String> headers,
      Map<String, String> parameters,
      TlsConf tls) {

    public Request {
      headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
      parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }
  }
}
