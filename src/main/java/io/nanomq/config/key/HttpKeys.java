package io.nanomq.config.key;

import static io.nanomq.config.key.ConfType.BOOL;
import static io.nanomq.config.key.ConfType.PATH;
import static io.nanomq.config.key.ConfType.TEXT;
import static io.nanomq.config.key.ConfType.duration;
import static io.nanomq.config.key.ConfType.integer;
import static io.nanomq.config.key.ConfType.words;
import static io.nanomq.config.key.Effect.HOT;
import static io.nanomq.config.key.Effect.HTTP;
import static io.nanomq.config.key.Quantity.DAY;
import static io.nanomq.config.key.Quantity.MINUTE;
import static io.nanomq.config.key.Quantity.SECOND;

import java.util.ArrayList;
import java.util.List;

/** Keys of the HTTP API: where it listens, and who may use it. */
final class HttpKeys {
  private HttpKeys() {}

  static List<ConfKey> keys() {
    List<ConfKey> keys = new ArrayList<>(listener());
    keys.addAll(tls());
    keys.addAll(access());
    return keys;
  }

  private static List<ConfKey> listener() {
    return List.of(
        HTTP.key("http_server.enable", BOOL, "true", "The HTTP API.").option("--http"),
        HTTP.key(
            "http_server.url",
            ConfType.url("http"),
            "Address and port of the HTTP API in one, such as http://0.0.0.0:8081."),
        HTTP.key(
                "http_server.port",
                integer(0, 65_535),
                "8081",
                "Port of the HTTP API; 0 = any free one.")
            .option("-p, --port"),
        HTTP.key("http_server.ip_addr", TEXT, "0.0.0.0", "Address that the HTTP API binds."),
        HOT.key(
            "http_server.parallel",
            "http_server.limit_conn",
            integer(1, 1_000_000),
            "32",
            "Where it is given, open connections of all the API's callers together, if those are"
                + " fewer than max_connections."),
        HOT.key(
            "http_server.max_connections",
            integer(1, 1_000_000),
            "1000",
            "Open connections of all the API's callers together; one more is closed at once."),
        HOT.key(
            "http_server.cpu_share",
            integer(1, 100),
            "3",
            "Per cent of all processors' time that the API may take while MQTT messages flow; "
                + "100 = no limit."));
  }

  private static List<ConfKey> tls() {
    String tls = "http_server.tls.";
    return List.of(
        HTTP.key(
            tls + "enable",
            BOOL,
            "HTTPS in place of HTTP; unset, it is on where a certificate is given."),
        HTTP.key(tls + "key_password", TEXT, "Password of the key.").asSecret(),
        HTTP.key(tls + "keyfile", PATH, "Private key, PEM: PKCS#1, PKCS#8 or encrypted PKCS#8."),
        HTTP.key(tls + "certfile", PATH, "Certificate and its chain, PEM."),
        HTTP.key(
            tls + "cacertfile",
            PATH,
            "Certificates of the authorities that callers' certificates are held against."),
        HTTP.key(
            tls + "verify_peer", BOOL, "false", "Whether callers are asked for a certificate."),
        HTTP.key(
            tls + "fail_if_no_peer_cert",
            BOOL,
            "false",
            "Whether callers without a certificate are refused."));
  }

  private static List<ConfKey> access() {
    return List.of(
        HOT.key("http_server.username", TEXT, "admin", "User of HTTP Basic."),
        HOT.key("http_server.password", TEXT, "public", "Password of HTTP Basic.").asSecret(),
        HOT.key(
            "http_server.auth_type",
            words("basic", "jwt"),
            "basic",
            "How callers prove who they are."),
        HOT.key(
            "http_server.jwt.public.keyfile",
            PATH,
            "Public key that tokens are held against, PEM."),
        HOT.key(
            "http_server.jwt.private.keyfile",
            PATH,
            "Private key that tokens are signed with, PEM."),
        HOT.key(
            "http_server.jwt.lifetime",
            duration(SECOND, MINUTE, DAY),
            "1h",
            "How long a token from POST /login is good."),
        HOT.key(
            "http_server.cors.allow_origins",
            ConfType.ORIGINS,
            "Web pages of other origins that may use the API, * = all; none by default."),
        HOT.key(
            "http_server.cors.allow_credentials",
            BOOL,
            "false",
            "Whether browsers may add credentials of their own to what such pages send."),
        HOT.key(
            "http_server.cors.max_age",
            duration(SECOND, 0, DAY),
            "10m",
            "How long browsers may remember what such pages may do."),
        HOT.key(
            "http_server.trusted_proxies",
            ConfType.NETWORKS,
            "Proxies whose X-Forwarded-For says where a request came from; none by default."),
        HOT.key(
            "http_server.redact_secrets",
            BOOL,
            "false",
            "Whether GET /configuration answers ****** in place of passwords and keys."),
        HOT.key(
            "http_server.swagger_ui",
            BOOL,
            "false",
            "Whether Swagger UI (/api/v4/ui) and the OpenAPI document are there, for everybody."));
  }
}
