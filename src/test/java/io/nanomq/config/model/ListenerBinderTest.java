package io.nanomq.config.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.Confs;
import io.nanomq.config.LoadedConf;
import io.nanomq.config.NanomqConf;
import io.nanomq.config.model.tls.SniConf;
import io.nanomq.config.model.tls.TlsConf;
import io.nanomq.config.setting.ConfException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ListenerBinderTest {
  private static final String CERTIFICATE = "tls.keyfile=/k\ntls.certfile=/c\n";
  private static final String NO_WS = "websocket.enable=false\n";

  @Test
  void severalOfEachByUrl() throws Exception {
    assertThat(
            listeners(
                CERTIFICATE
                    + "url=nmq-tcp://0.0.0.0:1,nmq-tcp://0.0.0.0:2\nurl=nmq-tls://0.0.0.0:3\n"
                    + "url=nmq-ws://0.0.0.0:4/mqtt,nmq-wss://0.0.0.0:5/x\n"))
        .containsExactly(
            "tcp TCP 0.0.0.0:1",
            "tcp.2 TCP 0.0.0.0:2",
            "ssl TLS 0.0.0.0:3",
            "ws WS 0.0.0.0:4/mqtt",
            "wss WSS 0.0.0.0:5/x");
  }

  @Test
  void keyValueListeners() throws Exception {
    assertThat(
            listeners(
                CERTIFICATE
                    + "tls.enable=true\ntls.url=tls+nmq-tcp://127.0.0.1:9\nwebsocket.enable=true\n"
                    + "websocket.url=nmq-ws://127.0.0.1:10\n"))
        .containsExactly(
            "tcp TCP 0.0.0.0:1883",
            "ssl TLS 127.0.0.1:9",
            "ws WS 127.0.0.1:10/mqtt",
            "wss WSS 0.0.0.0:8084/mqtt");
    assertThat(listeners(NO_WS + "tcp.enable=false\nurl=nmq-ws://:1\n"))
        .containsExactly("ws WS 0.0.0.0:1/mqtt");
  }

  @Test
  void aFileThatNamesOtherTransportsOnlyHasNoPlainTcp() throws Exception {
    assertThat(listeners(CERTIFICATE + NO_WS + "url=nmq-tls://0.0.0.0:3\n"))
        .containsExactly("ssl TLS 0.0.0.0:3");
  }

  @Test
  void theCommandLineAddsOtherTransports() throws Exception {
    assertThat(listeners(NO_WS, "--url", "nmq-ws://127.0.0.1:4"))
        .containsExactly("tcp TCP 0.0.0.0:1883", "ws WS 127.0.0.1:4/mqtt");
    assertThat(listeners(NO_WS + "url=nmq-tcp://:1,nmq-tcp://:2", "--url", "nmq-tcp://:3"))
        .containsExactly("tcp TCP 0.0.0.0:3");
  }

  @Test
  void aVariableForOneListenerWinsOverUrlOfTheFile() throws Exception {
    LoadedConf loaded =
        Confs.load(
            NO_WS + "url=nmq-tcp://:1\n", Map.of("NANOMQ_LISTENERS_TCP_BIND", "127.0.0.1:2"));
    assertThat(names(loaded.conf())).containsExactly("tcp TCP 127.0.0.1:2");
  }

  @Test
  void sectionsOfHocon() throws Exception {
    assertThat(
            listeners(
                """
                listeners {
                  tcp.one { bind = "0.0.0.0:1" }
                  tcp.two { bind = "0.0.0.0:2", enable = false }
                  ssl { bind = "0.0.0.0:3", keyfile = k, certfile = c }
                  ssl.more { bind = "0.0.0.0:4", certfile = other }
                  ws { enable = false }
                  wss { bind = "0.0.0.0:5/mqtt" }
                }
                """))
        .containsExactly(
            "tcp.one TCP 0.0.0.0:1",
            "ssl TLS 0.0.0.0:3",
            "ssl.more TLS 0.0.0.0:4",
            "wss WSS 0.0.0.0:5/mqtt");
  }

  @Test
  void listsOfHocon() throws Exception {
    assertThat(
            listeners(
                "listeners.ws.enable = false\n"
                    + "listeners.tcp = [{bind = \"0.0.0.0:1\"}, {bind = \"0.0.0.0:2\"}]\n"))
        .containsExactly("tcp.1 TCP 0.0.0.0:1", "tcp.2 TCP 0.0.0.0:2");
  }

  @Test
  void tlsSettingsAreInherited() throws Exception {
    NanomqConf conf =
        Confs.conf(
            """
            listeners {
              ssl { keyfile = k, certfile = c, cacertfile = a, verify_peer = true }
              ssl.own { bind = "0.0.0.0:4", certfile = other, keyfile = k2, verify_peer = false }
              wss { bind = "0.0.0.0:5" }
            }
            """);
    assertThat(tls(conf, "ssl")).isEqualTo(new TlsConf("k", "c", "a", "", true, false));
    assertThat(tls(conf, "ssl.own")).isEqualTo(new TlsConf("k2", "other", "a", "", false, false));
    assertThat(tls(conf, "wss")).isEqualTo(tls(conf, "ssl"));
    assertThat(tls(conf, "tcp")).isEqualTo(TlsConf.NONE);
  }

  @Test
  void furtherCertificatesAreChosenByName() throws Exception {
    List<SniConf> pairs =
        List.of(new SniConf("1", "k1", "c1", "p"), new SniConf("2", "k2", "c2", ""));
    NanomqConf keyValue =
        Confs.conf(
            """
            tls.enable=true
            tls.keyfile=k
            tls.certfile=c
            tls.sni.1.certfile=c1
            tls.sni.1.keyfile=k1
            tls.sni.1.key_password=p
            tls.sni.2.certfile=c2
            tls.sni.2.keyfile=k2
            """);
    assertThat(tls(keyValue, "ssl").sni()).isEqualTo(pairs);
    assertThat(tls(keyValue, "wss").sni()).isEqualTo(pairs);
    NanomqConf hocon =
        Confs.conf(
            """
            listeners {
              ssl {
                keyfile = k, certfile = c
                sni = [{certfile = c1, keyfile = k1, key_password = p}, {certfile = c2, keyfile = k2}]
              }
              ssl.own { bind = "0.0.0.0:4", sni = [{certfile = c3, keyfile = k3}] }
              ssl.other { bind = "0.0.0.0:5" }
              wss { bind = "0.0.0.0:6", sni.7 { certfile = c4, keyfile = k4 } }
            }
            """);
    assertThat(tls(hocon, "ssl").sni()).isEqualTo(pairs);
    assertThat(tls(hocon, "ssl.own").sni()).containsExactly(new SniConf("1", "k3", "c3", ""));
    assertThat(tls(hocon, "ssl.other").sni()).isEqualTo(pairs);
    assertThat(tls(hocon, "wss").sni()).containsExactly(new SniConf("7", "k4", "c4", ""));
    assertThat(pairs.toString()).contains("k1", "c1").doesNotContain("p,").doesNotContain("=p");
  }

  @Test
  void webSocketsKnowWhosePagesTheyServe() throws Exception {
    String keyValue =
        CERTIFICATE
            + "tls.enable=true\nwebsocket.allow_origins=https://a.example,https://b.example\n";
    assertThat(origins(keyValue, "ws")).containsExactly("https://a.example", "https://b.example");
    assertThat(origins(keyValue, "wss")).containsExactly("https://a.example", "https://b.example");
    assertThat(origins(keyValue + "websocket.tls_allow_origins=*\n", "wss")).containsExactly("*");
    String hocon =
        "listeners.ws { bind = \"0.0.0.0:1/mqtt\", allow_origins = [\"https://a.example\"]\n"
            + " other { bind = \"0.0.0.0:2/mqtt\" }\n"
            + " open { bind = \"0.0.0.0:3/mqtt\", allow_origins = [\"*\"] } }\n";
    assertThat(origins(hocon, "ws")).containsExactly("https://a.example");
    assertThat(origins(hocon, "ws.other")).containsExactly("https://a.example");
    assertThat(origins(hocon, "ws.open")).containsExactly("*");
    assertThat(origins("", "ws")).as("by default those of everybody").isEmpty();
  }

  private static List<String> origins(String text, String listener) throws ConfException {
    return Confs.conf(text).listeners().stream()
        .filter(l -> l.name().equals(listener))
        .findFirst()
        .orElseThrow()
        .origins();
  }

  private static TlsConf tls(NanomqConf conf, String name) {
    return conf.listeners().stream().filter(l -> l.name().equals(name)).findFirst().get().tls();
  }

  private static List<String> listeners(String text, String... arguments) throws ConfException {
    return names(Confs.conf(text, arguments));
  }

  private static List<String> names(NanomqConf conf) {
    return conf.listeners().stream()
        .map(l -> l.name() + " " + l.transport() + " " + l.host() + ":" + l.port() + l.path())
        .toList();
  }
}
