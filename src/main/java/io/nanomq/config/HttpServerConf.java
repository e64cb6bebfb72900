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
 * @param parallel requests that may be outstanding
 * @param jwtPublicKeyFile key that tokens are held against, PEM; empty where unset
 * @param jwtPrivateKeyFile key that tokens are signed with, PEM; empty where unset
 * @param redactSecrets whether answers hide passwords and keys
 * @param swaggerUi whether Swagger UI and the OpenAPI document are there for everybody
 */
public record HttpServerConf(
    boolean enable,
    String address,
    int port,
    String username,
    String password,
    AuthType authType,
    int parallel,
    String jwtPublicKeyFile,
    String jwtPrivateKeyFile,
    boolean redactSecrets,
    boolean swaggerUi) {

  /** {@code http_server.auth_type}. Any other word is a configuration error, never an open API. */
  public enum AuthType {
    BASIC,
    JWT
  }

  /** With everything else as by default. */
  public HttpServerConf(
      boolean enable,
      String address,
      int port,
      String username,
      String password,
      AuthType authType) {
    this(enable, address, port, username, password, authType, 32, "", "", false, false);
  }

  public static HttpServerConf defaults() {
    return SystemBinder.http(ConfValues.NONE);
  }

  /** Whether the credentials are those that everybody knows. */
  public boolean hasDefaultCredentials() {
    return authType == AuthType.BASIC && username.equals("admin") && password.equals("public");
  }

  /** Without the password, since records end up in logs. */
  @Override
  public String toString() {
    return "HttpServerConf["
        + (enable ? "" : "off, ")
        + address
        + ":"
        + port
        + ", "
        + authType
        + "]";
  }
}
