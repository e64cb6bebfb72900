package io.nanomq.config.key;

import static io.nanomq.config.key.ConfType.BOOL;
import static io.nanomq.config.key.ConfType.PATH;
import static io.nanomq.config.key.ConfType.TEXT;
import static io.nanomq.config.key.Effect.LISTENER;

import io.nanomq.config.key.value.Transport;
import java.util.ArrayList;
import java.util.List;

/** Keys of MQTT's four transports. */
final class ListenerKeys {
  private ListenerKeys() {}

  static List<ConfKey> keys() {
    List<ConfKey> keys = new ArrayList<>();
    keys.add(
        LISTENER
            .key(
                "url",
                "",
                ConfType.URLS,
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
    return keys;
  }

  private static List<ConfKey> plain() {
    return List.of(
        LISTENER.key(
            "tcp.enable",
            "listeners.tcp.enable",
            BOOL,
            "The plain TCP listener; on unless a document says otherwise."),
        LISTENER.key(
            "",
            "listeners.tcp.bind",
            ConfType.bind(Transport.TCP),
            "nmq-tcp://0.0.0.0:1883",
            "Address of the plain TCP listener."),
        LISTENER.key(
            "websocket.enable",
            "listeners.ws.enable",
            BOOL,
            "The WebSocket listener; on unless a document says otherwise."),
        LISTENER.key(
            "websocket.url",
            "listeners.ws.bind",
            ConfType.bind(Transport.WS),
            "nmq-ws://0.0.0.0:8083/mqtt",
            "Address of the WebSocket listener."),
        LISTENER.key(
            "websocket.allow_origins",
            "listeners.ws.allow_origins",
            ConfType.ORIGINS,
            "Web pages of these origins only may open a WebSocket, those of all by default; clients"
                + " that are no browser say none and may. Holds for secure WebSockets too."));
  }

  private static List<ConfKey> tls() {
    List<ConfKey> keys = new ArrayList<>();
    keys.add(
        LISTENER.key(
            "tls.enable",
            "listeners.ssl.enable",
            BOOL,
            "The TLS listener; on in HOCON where its section is there, else off."));
    keys.add(
        LISTENER.key(
            "tls.url",
            "listeners.ssl.bind",
            ConfType.bind(Transport.TLS),
            "tls+nmq-tcp://0.0.0.0:8883",
            "Address of the TLS listener."));
    keys.addAll(
        List.of(
            LISTENER
                .key(
                    "tls.key_password",
                    "listeners.ssl.key_password",
                    TEXT,
                    "Password of the private key.")
                .env("NANOMQ_TLS_KEY_PASSWORD")
                .option("--keypass")
                .asSecret(),
            LISTENER
                .key(
                    "tls.keyfile",
                    "listeners.ssl.keyfile",
                    PATH,
                    "Private key, PEM: PKCS#1, PKCS#8 or encrypted PKCS#8.")
                .env("NANOMQ_TLS_KEY_PATH")
                .option("--key"),
            LISTENER
                .key(
                    "tls.certfile",
                    "listeners.ssl.certfile",
                    PATH,
                    "Certificate and its chain, PEM.")
                .env("NANOMQ_TLS_CERT_PATH")
                .option("-E, --cert"),
            LISTENER
                .key(
                    "tls.cacertfile",
                    "listeners.ssl.cacertfile",
                    PATH,
                    "Certificates of the authorities that clients' certificates are held against.")
                .env("NANOMQ_TLS_CA_CERT_PATH")
                .option("--cacert"),
            LISTENER
                .key(
                    "tls.verify_peer",
                    "listeners.ssl.verify_peer",
                    BOOL,
                    "false",
                    "Whether clients are asked for a certificate.")
                .option("--verify"),
            LISTENER
                .key(
                    "tls.fail_if_no_peer_cert",
                    "listeners.ssl.fail_if_no_peer_cert",
                    BOOL,
                    "false",
                    "Whether clients without a certificate are refused.")
                .option("--fail")));
    sni(keys, "tls.sni.<n>.", "listeners.ssl.", "Further certificate N: ");
    return keys;
  }

  /** Chosen by the host name that a client asks for, which has to be in the certificate. */
  private static void sni(List<ConfKey> keys, String keyValue, String listener, String what) {
    String hocon = listener + "sni.<n>.";
    boolean both = !keyValue.isEmpty();
    keys.add(
        LISTENER.key(
            both ? keyValue + "certfile" : "",
            hocon + "certfile",
            PATH,
            what + "it and its chain, PEM, for clients that ask for one of its DNS names (SNI)."));
    keys.add(
        LISTENER.key(
            both ? keyValue + "keyfile" : "",
            hocon + "keyfile",
            PATH,
            what + "its private key, PEM."));
    keys.add(
        LISTENER
            .key(
                both ? keyValue + "key_password" : "",
                hocon + "key_password",
                TEXT,
                what + "password of its key.")
            .asSecret());
  }

  private static List<ConfKey> secureWebSocket() {
    String wss = "listeners.wss.";
    String inherited = "; that of listeners.ssl where unset.";
    List<ConfKey> keys = new ArrayList<>(secureWebSocket(wss, inherited));
    sni(
        keys,
        "websocket.tls_sni.<n>.",
        wss,
        "Further certificate N, those of listeners.ssl where there is none: ");
    return keys;
  }

  private static List<ConfKey> secureWebSocket(String wss, String inherited) {
    return List.of(
        LISTENER.key(
            "websocket.tls_enable",
            wss + "enable",
            BOOL,
            "The secure WebSocket listener; unset, it is on in HOCON where its section is there, "
                + "in key=value where websocket.enable and tls.enable are."),
        LISTENER.key(
            "websocket.tls_url",
            wss + "bind",
            ConfType.bind(Transport.WSS),
            "nmq-wss://0.0.0.0:8084/mqtt",
            "Address of the secure WebSocket listener."),
        LISTENER.key(
            "websocket.tls_allow_origins",
            wss + "allow_origins",
            ConfType.ORIGINS,
            "Web pages that may open a secure WebSocket; those of listeners.ws where unset."),
        LISTENER
            .key(
                "websocket.tls_key_password",
                wss + "key_password",
                TEXT,
                "Password of the private key" + inherited)
            .asSecret(),
        LISTENER.key("websocket.tls_keyfile", wss + "keyfile", PATH, "Private key" + inherited),
        LISTENER.key(
            "websocket.tls_certfile", wss + "certfile", PATH, "Certificate chain" + inherited),
        LISTENER.key(
            "websocket.tls_cacertfile", wss + "cacertfile", PATH, "Authorities" + inherited),
        LISTENER.key(
            "websocket.tls_verify_peer",
            wss + "verify_peer",
            BOOL,
            "Whether clients are asked for a certificate" + inherited),
        LISTENER.key(
            "websocket.tls_fail_if_no_peer_cert",
            wss + "fail_if_no_peer_cert",
            BOOL,
            "Whether clients without a certificate are refused" + inherited));
  }

  private static void named(List<ConfKey> keys, Transport transport) {
    String base = "listeners." + transport.section() + ".<name>.";
    String what = "A further listener of this kind: ";
    keys.add(LISTENER.key("", base + "enable", BOOL, "true", what + "whether it listens."));
    keys.add(LISTENER.key("", base + "bind", ConfType.bind(transport), what + "its address."));
    if (transport.isWebSocket()) {
      keys.add(
          LISTENER.key(
              "",
              base + "allow_origins",
              ConfType.ORIGINS,
              what + "web pages that may use it, those of listeners.ws where unset."));
    }
    if (transport.isSecure()) {
      keys.add(
          LISTENER.key("", base + "key_password", TEXT, what + "password of its key.").asSecret());
      keys.add(LISTENER.key("", base + "keyfile", PATH, what + "its private key."));
      keys.add(LISTENER.key("", base + "certfile", PATH, what + "its certificate."));
      keys.add(LISTENER.key("", base + "cacertfile", PATH, what + "its authorities."));
      keys.add(LISTENER.key("", base + "verify_peer", BOOL, what + "asks for certificates."));
      keys.add(
          LISTENER.key(
              "", base + "fail_if_no_peer_cert", BOOL, what + "refuses clients without one."));
      sni(keys, "", base, what + "further certificate N: ");
    }
  }
}
