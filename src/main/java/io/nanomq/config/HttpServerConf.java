package io.nanomq.config;

/**
 * The HTTP API's listener and its credentials.
 *
 * @param enable whether the API listens at all
 * @param address address to bind
 * @param port TCP port, 0 = any free one (tests)
 * @param username user of HTTP Basic
 * @param password its password
 * @param authType how callers prove who they are
 */
public record HttpServerConf(
    boolean enable, String address, int port, String username, String password, AuthType authType) {

  /** {@code http_server.auth_type}. Any other word is a configuration error, never an open API. */
  public enum AuthType {
    BASIC,
    JWT
  }

  public static HttpServerConf defaults() {
    return new HttpServerConf(true, "0.0.0.0", 8081, "admin", "public", AuthType.BASIC);
  }
}
