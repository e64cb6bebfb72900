package io.nanomq.config;

import static io.nanomq.config.ConfKey.of;
import static io.nanomq.config.ConfType.BOOL;
import static io.nanomq.config.ConfType.PATH;
import static io.nanomq.config.ConfType.TEXT;
import static io.nanomq.config.ConfType.integer;
import static io.nanomq.config.ConfType.words;
import static io.nanomq.config.Effect.HTTP;
import static io.nanomq.config.Effect.LISTENER;

import io.nanomq.config.ListenerConf.Transport;
import java.util.ArrayList;
import java.util.List;

/** Keys of everything that listens: MQTT's four transports and the HTTP API. */
final class ListenerKeys {
  private ListenerKeys() {}

  static List<ConfKey> keys() {
    List<ConfKey> keys = new ArrayList<>();
    keys.add(
        of(
                "url",
                "",
                ConfType.URLS,
                null,
                LISTENER,
                "MQTT listeners, several lines or separated by commas; its TCP addresses take the "
                    + "place of listeners.tcp.")
            .env("NANOMQ_BROKER_URL")
            .option("--url"));
    keys.addAll(plain());
    keys.addAll(tls());
    keys.addAll(secureWebSocket());
    for (Transport transport : Transport.values()) {
      named(keys, transport);
    }
    keys.addAll(http());
    return keys;
  }

  private static List<ConfKey> plain() {
    return List.of(
        of(
            "tcp.enable",
            "listeners.tcp.enable",
            BOOL,
            null,
            LISTENER,
            "The plain TCP listener; on unless a document says otherwise."),
        of(
            "",
            "listeners.tcp.bind",
            ConfType.bind(Transport.TCP),
            "nmq-tcp://0.0.0.0:1883",
            LISTENER,
            "Address of the plain TCP listener."),
        of(
            "websocket.enable",
            "listeners.ws.enable",
            BOOL,
            null,
            LISTENER,
            "The WebSocket listener; on unless a document says otherwise."),
        of(
            "websocket.url",
            "listeners.ws.bind",
            ConfType.bind(Transport.WS),
            "nmq-ws://0.0.0.0:8083/mqtt",
            LISTENER,
            "Address of the WebSocket listener."));
  }

  private static List<ConfKey> tls() {
    List<ConfKey> keys = new ArrayList<>();
    keys.add(
        of(
            "tls.enable",
            "listeners.ssl.enable",
            BOOL,
            null,
            LISTENER,
            "The TLS listener; on in HOCON where its section is there, else off."));
    keys.add(
        of(
            "tls.url",
            "listeners.ssl.bind",
            ConfType.bind(Transport.TLS),
            "tls+nmq-tcp://0.0.0.0:8883",
            LISTENER,
            "Address of the TLS listener."));
    keys.addAll(
        List.of(
            of(
                    "tls.key_password",
                    "listeners.ssl.key_password",
                    TEXT,
                    null,
                    LISTENER,
                    "Password of the private key.")
                .env("NANOMQ_TLS_KEY_PASSWORD")
                .option("--keypass")
                .asSecret(),
            of(
                    "tls.keyfile",
                    "listeners.ssl.keyfile",
                    PATH,
                    null,
                    LISTENER,
                    "Private key, PEM: PKCS#1, PKCS#8 or encrypted PKCS#8.")
                .env("NANOMQ_TLS_KEY_PATH")
                .option("--key"),
            of(
                    "tls.certfile",
                    "listeners.ssl.certfile",
                    PATH,
                    null,
                    LISTENER,
                    "Certificate and its chain, PEM.")
                .env("NANOMQ_TLS_CERT_PATH")
                .option("-E, --cert"),
            of(
                    "tls.cacertfile",
                    "listeners.ssl.cacertfile",
                    PATH,
                    null,
                    LISTENER,
                    "Certificates of the authorities that clients' certificates are held against.")
                .env("NANOMQ_TLS_CA_CERT_PATH")
                .option("--cacert"),
            of(
                    "tls.verify_peer",
                    "listeners.ssl.verify_peer",
                    BOOL,
                    "false",
                    LISTENER,
                    "Whether clients are asked for a certificate.")
                .option("--verify"),
            of(
                    "tls.fail_if_no_peer_cert",
                    "listeners.ssl.fail_if_no_peer_cert",
                    BOOL,
                    "false",
                    LISTENER,
                    "Whether clients without a certificate are refused.")
                .option("--fail")));
    return keys;
  }

  private static List<ConfKey> secureWebSocket() {
    String wss = "listeners.wss.";
    String inherited = "; that of listeners.ssl where unset.";
    return List.of(
        of(
            "websocket.tls_enable",
            wss + "enable",
            BOOL,
            null,
            LISTENER,
            "The secure WebSocket listener; unset, it is on in HOCON where its section is there, "
                + "in key=value where websocket.enable and tls.enable are."),
        of(
            "websocket.tls_url",
            wss + "bind",
            ConfType.bind(Transport.WSS),
            "nmq-wss://0.0.0.0:8084/mqtt",
            LISTENER,
            "Address of the secure WebSocket listener."),
        of(
                "websocket.tls_key_password",
                wss + "key_password",
                TEXT,
                null,
                LISTENER,
                "Password of the private key" + inherited)
            .asSecret(),
        of(
            "websocket.tls_keyfile",
            wss + "keyfile",
            PATH,
            null,
            LISTENER,
            "Private key" + inherited),
        of(
            "websocket.tls_certfile",
            wss + "certfile",
            PATH,
            null,
            LISTENER,
            "Certificate chain" + inherited),
        of(
            "websocket.tls_cacertfile",
            wss + "cacertfile",
            PATH,
            null,
            LISTENER,
            "Authorities" + inherited),
        of(
            "websocket.tls_verify_peer",
            wss + "verify_peer",
            BOOL,
            null,
            LISTENER,
            "Whether clients are asked for a certificate" + inherited),
        of(
            "websocket.tls_fail_if_no_peer_cert",
            wss + "fail_if_no_peer_cert",
            BOOL,
            null,
            LISTENER,
            "Whether clients without a certificate are refused" + inherited));
  }

  private static void named(List<ConfKey> keys, Transport transport) {
    String base = "listeners." + transport.section() + ".<name>.";
    String what = "A further listener of this kind: ";
    keys.add(of("", base + "enable", BOOL, "true", LISTENER, what + "whether it listens."));
    keys.add(
        of("", base + "bind", ConfType.bind(transport), null, LISTENER, what + "its address."));
    if (transport.isSecure()) {
      keys.add(
          of("", base + "key_password", TEXT, null, LISTENER, what + "password of its key.")
              .asSecret());
      keys.add(of("", base + "keyfile", PATH, null, LISTENER, what + "its private key."));
      keys.add(of("", base + "certfile", PATH, null, LISTENER, what + "its certificate."));
      keys.add(of("", base + "cacertfile", PATH, null, LISTENER, what + "its authorities."));
      keys.add(of("", base + "verify_peer", BOOL, null, LISTENER, what + "asks for certificates."));
      keys.add(
          of(
              "",
              base + "fail_if_no_peer_cert",
              BOOL,
              null,
              LISTENER,
              what + "refuses clients without one."));
    }
  }

  private static List<ConfKey> http() {
    return List.of(
        of("http_server.enable", "http_server.enable", BOOL, "true", HTTP, "The HTTP API.")
            .option("--http"),
        of(
            "http_server.url",
            "http_server.url",
            ConfType.url("http"),
            null,
            HTTP,
            "Address and port of the HTTP API in one, such as http://0.0.0.0:8081."),
        of(
                "http_server.port",
                "http_server.port",
                integer(0, 65_535),
                "8081",
                HTTP,
                "Port of the HTTP API; 0 = any free one.")
            .option("-p, --port"),
        of(
            "http_server.ip_addr",
            "http_server.ip_addr",
            TEXT,
            "0.0.0.0",
            HTTP,
            "Address that the HTTP API binds."),
        of(
                "http_server.parallel",
                "http_server.limit_conn",
                integer(1, 1_000_000),
                "32",
                HTTP,
                "Accepted; the API bounds bodies, headers and failed logins.")
            .later(),
        of(
            "http_server.username",
            "http_server.username",
            TEXT,
            "admin",
            Effect.HOT,
            "User of HTTP Basic."),
        of(
                "http_server.password",
                "http_server.password",
                TEXT,
                "public",
                Effect.HOT,
                "Password of HTTP Basic.")
            .asSecret(),
        of(
            "http_server.auth_type",
            "http_server.auth_type",
            words("basic", "jwt"),
            "basic",
            Effect.HOT,
            "How callers prove who they are."),
        of(
            "http_server.jwt.public.keyfile",
            "http_server.jwt.public.keyfile",
            PATH,
            null,
            Effect.HOT,
            "Public key that tokens are held against, PEM."),
        of(
            "http_server.jwt.private.keyfile",
            "http_server.jwt.private.keyfile",
            PATH,
            null,
            Effect.HOT,
            "Private key that tokens are signed with, PEM."),
        of(
            "http_server.redact_secrets",
            "http_server.redact_secrets",
            BOOL,
            "false",
            Effect.HOT,
            "Whether GET /configuration answers ****** in place of passwords and keys."));
  }
}
