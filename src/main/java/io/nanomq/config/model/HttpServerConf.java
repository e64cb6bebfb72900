package io.nanomq.config.model;

import io.nanomq.config.key.value.Network;
import io.nanomq.config.model.tls.TlsConf;
import io.nanomq.config.setting.ConfValues;
import java.net.URI;
import java.util.List;
import java.util.Locale;

/**
 * The HTTP API's listener and who may use it.
 *
 * @param enable whether the API listens at all
 * @param address address to bind
 * @param port TCP port, 0 = any free one (tests)
 * @param username user of HTTP Basic and of logins
 * @param password its password
 * @param authType how callers prove who they are
 * @param limits what the API may take of the machine
 * @param jwt keys and life of tokens
 * @param tls keys and certificates of HTTPS; {@link TlsConf#NONE} = plain HTTP
 * @param cors which web pages may call
 * @param trustedProxies those whose word about where a request came from is taken
 * @param shown what of it everybody may see
 */
public record HttpServerConf(
    boolean enable,
    String address,
    int port,
    String username,
    String password,
    AuthType authType,
    Limits limits,
    Jwt jwt,
    TlsConf tls,
    Cors cors,
    List<Network> trustedProxies,
    Shown shown) {

  /**
   * What may be seen.
   *
   * @param redactSecrets whether answers hide passwords and keys
   * @param swaggerUi whether Swagger UI and the OpenAPI document are there for everybody
   */
  public record Shown(boolean redactSecrets, boolean swaggerUi) {
    static Shown bind(ConfValues values) {
      return new Shown(
          values.bool("http_server.redact_secrets"), values.bool("http_server.swagger_ui"));
    }
  }

  /** {@code http_server.auth_type}. Any other word is a configuration error, never an open API. */
  public enum AuthType {
    BASIC,
    JWT
  }

  /**
   * Limits.
   *
   * @param parallel requests that may be outstanding
   * @param maxConnections open connections, of all callers together
   * @param cpuPercent of the time of all processors, while messages flow; 100 = no limit
   */
  public record Limits(int parallel, int maxConnections, int cpuPercent) {
    /** NanoMQ's name counts where it is given, the former one where that is not. */
    private static int connections(ConfValues values) {
      int most = values.integer("http_server.max_connections");
      for (String id : List.of("http_server.limit_conn", "http_server.parallel")) {
        if (values.isGiven(id)) {
          return Math.min(most, values.integer(id));
        }
      }
      return most;
    }

    static Limits bind(ConfValues values) {
      return new Limits(
          values.integer("http_server.limit_conn"),
          connections(values),
          values.integer("http_server.cpu_share"));
    }
  }

  /**
   * Tokens.
   *
   * @param publicKeyFile key that tokens are held against, PEM; empty where unset
   * @param privateKeyFile key that tokens are signed with, PEM; empty where unset
   * @param lifetimeSeconds how long a token from a login is good
   */
  public record Jwt(String publicKeyFile, String privateKeyFile, long lifetimeSeconds) {
    static Jwt bind(ConfValues values) {
      return new Jwt(
          values.text("http_server.jwt.public.keyfile"),
          values.text("http_server.jwt.private.keyfile"),
          values.seconds("http_server.jwt.lifetime"));
    }
  }

  /**
   * Web pages of other origins.
   *
   * @param allowOrigins their origins, in lower case; {@code *} stands for all; empty = off
   * @param allowCredentials whether browsers may send cookies and certificates of theirs
   * @param maxAgeSeconds how long a browser may remember the answer to a preflight request
   */
  public record Cors(List<String> allowOrigins, boolean allowCredentials, long maxAgeSeconds) {
    static Cors bind(ConfValues values) {
      return new Cors(
          values.list("http_server.cors.allow_origins"),
          values.bool("http_server.cors.allow_credentials"),
          values.seconds("http_server.cors.max_age"));
    }

    public Cors {
      allowOrigins = List.copyOf(allowOrigins);
    }
  }

  public HttpServerConf {
    trustedProxies = List.copyOf(trustedProxies);
  }

  public static HttpServerConf bind(ConfValues values) {
    String address = values.text("http_server.ip_addr");
    int port = values.integer("http_server.port");
    String url = values.text("http_server.url");
    // Of the address in one piece and the two in parts, the later layer counts.
    if (!url.isEmpty() && isNewer(values, "http_server.url", "http_server.port")) {
      URI uri = URI.create(url);
      address = uri.getHost() == null ? address : uri.getHost();
      port = uri.getPort() < 0 ? port : uri.getPort();
    }
    return new HttpServerConf(
        values.bool("http_server.enable"),
        address,
        port,
        values.text("http_server.username"),
        values.text("http_server.password"),
        AuthType.valueOf(values.text("http_server.auth_type").toUpperCase(Locale.ROOT)),
        Limits.bind(values),
        Jwt.bind(values),
        tls(values),
        Cors.bind(values),
        values.list("http_server.trusted_proxies").stream()
            .flatMap(text -> Network.parse(text).stream())
            .toList(),
        Shown.bind(values));
  }

  // A certificate that is named is meant to be used: plain HTTP beside it must be asked for.
  private static TlsConf tls(ConfValues values) {
    String tls = "http_server.tls.";
    if (!values.bool(tls + "enable", values.isGiven(tls + "certfile"))) {
      return TlsConf.NONE;
    }
    return new TlsConf(
        values.text(tls + "keyfile"),
        values.text(tls + "certfile"),
        values.text(tls + "cacertfile"),
        values.text(tls + "key_password"),
        values.bool(tls + "verify_peer"),
        values.bool(tls + "fail_if_no_peer_cert"));
  }

  private static boolean isNewer(ConfValues values, String id, String than) {
    return values.origin(id).layer().compareTo(values.origin(than).layer()) >= 0;
  }

  /** Whether the API speaks HTTPS. */
  public boolean isSecure() {
    return !tls.equals(TlsConf.NONE);
  }

  /** Whether name and password are good for anything: by themselves, or for a token. */
  public boolean acceptsPasswords() {
    return authType == AuthType.BASIC || givesTokens();
  }

  /** Whether callers can log in: only where the token that they would get opens something. */
  public boolean givesTokens() {
    return authType == AuthType.JWT && !jwt.privateKeyFile().isEmpty();
  }

  /** Whether the credentials are those that everybody knows. */
  public boolean hasDefaultCredentials() {
    return acceptsPasswords() && username.equals("admin") && password.equals("public");
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
        + (isSecure() ? ", TLS" : "")
        + "]";
  }
}
