package io.nanomq.config.key;

import static io.nanomq.config.key.ConfKey.of;
import static io.nanomq.config.key.ConfType.BOOL;
import static io.nanomq.config.key.ConfType.PATH;
import static io.nanomq.config.key.ConfType.TEXT;
import static io.nanomq.config.key.Effect.LISTENER;

import java.util.ArrayList;
import java.util.List;

/** Keys of MQTT's four transports. */
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
            "Address of the WebSocket listener."),
        of(
            "websocket.allow_origins",
            "listeners.ws.allow_origins",
            ConfType.ORIGINS,
            null,
            LISTENER,
            "Web pages of these origins only may open a WebSocket, those of all by default; clients "
                + "that are no browser say none and may. Holds for secure WebSockets too."));
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
    sni(keys, "tls.sni.<n>.", "listeners.ssl.", "Further certificate N: ");
    return keys;
  }

  /** Chosen by the host name that a client asks for, which has to be in the certificate. */
  private static void sni(List<ConfKey> keys, String keyValue, String listener, String what) {
    String hocon = listener + "sni.<n>.";
    boolean both = !keyValue.isEmpty();
    keys.add(
        of(
            both ? keyValue + "certfile" : "",
            hocon + "certfile",
            PATH,
            null,
            LISTENER,
            what + "it and its chain, PEM, for clients that ask for one of its DNS names (SNI)."));
    keys.add(
        of(
            both ? keyValue + "keyfile" : "",
            hocon + "keyfile",
            PATH,
            null,
            LISTENER,
            what + "its private key, PEM."));
    keys.add(
        of(
                both ? keyValue + "key_password" : "",
                hocon + "key_password",
                TEXT,
                null,
                LISTENER,
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
            "websocket.tls_allow_origins",
            wss + "allow_origins",
            ConfType.ORIGINS,
            null,
            LISTENER,
            "Web pages that may open a secure WebSocket; those of listeners.ws where unset."),
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
    if (transport.isWebSocket()) {
      keys.add(
          of(
              "",
              base + "allow_origins",
              ConfType.ORIGINS,
              null,
              LISTENER,
              what + "web pages that may use it, those of listeners.ws where unset."));
    }
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
      sni(keys, "", base, what + "further certificate N: ");
    }
  }
}
