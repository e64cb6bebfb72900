package io.nanomq.config.key;

import static io.nanomq.config.key.ConfKey.of;
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
        of("http_server.enable", BOOL, "true", HTTP, "The HTTP API.").option("--http"),
        of(
            "http_server.url",
            ConfType.url("http"),
            null,
            HTTP,
            "Address and port of the HTTP API in one, such as http://0.0.0.0:8081."),
        of(
                "http_server.port",
                integer(0, 65_535),
                "8081",
                HTTP,
                "Port of the HTTP API; 0 = any free one.")
            .option("-p, --port"),
        of("http_server.ip_addr", TEXT, "0.0.0.0", HTTP, "Address that the HTTP API binds."),
        of(
            "http_server.parallel",
            "http_server.limit_conn",
            integer(1, 1_000_000),
            "32",
            HOT,
            "Where it is given, open connections of all the API's callers together, if those are"
                + " fewer than max_connections."),
        of(
            "http_server.max_connections",
            integer(1, 1_000_000),
            "1000",
            HOT,
            "Open connections of all the API's callers together; one more is closed at once."),
        of(
            "http_server.cpu_share",
            integer(1, 100),
            "3",
            HOT,
            "Per cent of all processors' time that the API may take while MQTT messages flow; "
                + "100 = no limit."));
  }

  private static List<ConfKey> tls() {
    String tls = "http_server.tls.";
    return List.of(
        of(
            tls + "enable",
            BOOL,
            null,
            HTTP,
            "HTTPS in place of HTTP; unset, it is on where a certificate is given."),
        of(tls + "key_password", TEXT, null, HTTP, "Password of the key.").asSecret(),
        of(
            tls + "keyfile",
            PATH,
            null,
            HTTP,
            "Private key, PEM: PKCS#1, PKCS#8 or encrypted PKCS#8."),
        of(tls + "certfile", PATH, null, HTTP, "Certificate and its chain, PEM."),
        of(
            tls + "cacertfile",
            PATH,
            null,
            HTTP,
            "Certificates of the authorities that callers' certificates are held against."),
        of(
            tls + "verify_peer",
            BOOL,
            "false",
            HTTP,
            "Whether callers are asked for a certificate."),
        of(
            tls + "fail_if_no_peer_cert",
            BOOL,
            "false",
            HTTP,
            "Whether callers without a certificate are refused."));
  }

  private static List<ConfKey> access() {
    return List.of(
        of("http_server.username", TEXT, "admin", HOT, "User of HTTP Basic."),
        of("http_server.password", TEXT, "public", HOT, "Password of HTTP Basic.").asSecret(),
        of(
            "http_server.auth_type",
            words("basic", "jwt"),
            "basic",
            HOT,
            "How callers prove who they are."),
        of(
            "http_server.jwt.public.keyfile",
            PATH,
            null,
            HOT,
            "Public key that tokens are held against, PEM."),
        of(
            "http_server.jwt.private.keyfile",
            PATH,
            null,
            HOT,
            "Private key that tokens are signed with, PEM."),
        of(
            "http_server.jwt.lifetime",
            duration(SECOND, MINUTE, DAY),
            "1h",
            HOT,
            "How long a token from POST /login is good."),
        of(
            "http_server.cors.allow_origins",
            ConfType.ORIGINS,
            null,
            HOT,
            "Web pages of other origins that may use the API, * = all; none by default."),
        of(
            "http_server.cors.allow_credentials",
            BOOL,
            "false",
            HOT,
            "Whether browsers may add credentials of their own to what such pages send."),
        of(
            "http_server.cors.max_age",
            duration(SECOND, 0, DAY),
            "10m",
            HOT,
            "How long browsers may remember what such pages may do."),
        of(
            "http_server.trusted_proxies",
            ConfType.NETWORKS,
            null,
            HOT,
            "Proxies whose X-Forwarded-For says where a request came from; none by default."),
        of(
            "http_server.redact_secrets",
            BOOL,
            "false",
            HOT,
            "Whether GET /configuration answers ****** in place of passwords and keys."),
        of(
            "http_server.swagger_ui",
            BOOL,
            "false",
            HOT,
            "Whether Swagger UI (/api/v4/ui) and the OpenAPI document are there, for everybody."));
  }
}
