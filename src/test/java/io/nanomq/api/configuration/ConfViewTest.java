package io.nanomq.api.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.ConfDiff;
import io.nanomq.config.ConfPatch;
import io.nanomq.config.Confs;
import io.nanomq.config.LoadedConf;
import io.nanomq.tls.FilePemStore;
import io.nanomq.tls.PemSource;
import io.nanomq.tls.TestKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfViewTest {
  @TempDir Path folder;

  @Test
  void everyMemberIsThereInTheOrderOfThePage() throws Exception {
    Map<String, Object> data = ConfView.of(Confs.load(""), folder, PemSource.DISK);

    assertThat(data.keySet())
        .containsExactly(
            "url",
            "num_taskq_thread",
            "max_taskq_thread",
            "parallel",
            "property_size",
            "msq_len",
            "qos_duration",
            "allow_anonymous",
            "daemon",
            "tls",
            "websocket",
            "http_server",
            "bridge");
    assertThat(section(data, "tls").keySet())
        .containsExactly(
            "enable",
            "url",
            "key_password",
            "key",
            "cert",
            "cacert",
            "verify_peer",
            "fail_if_no_peer_cert",
            "keypass");
    assertThat(section(data, "websocket").keySet()).containsExactly("enable", "url", "tls_url");
    assertThat(section(data, "http_server").keySet())
        .containsExactly("enable", "port", "username", "password", "auth_type");
    assertThat(section(data, "bridge").keySet())
        .containsExactly(
            "bridge_mode",
            "address",
            "proto_ver",
            "clientid",
            "clean_start",
            "username",
            "password",
            "keepalive",
            "parallel",
            "forwards",
            "subscription");
  }

  @Test
  void whatIsLeftToTheBrokerIsAnsweredAsWhatItUses() throws Exception {
    long processors = Runtime.getRuntime().availableProcessors();
    assertThat(ConfView.of(Confs.load("system { parallel = 0 }\n"), folder, PemSource.DISK))
        .containsEntry("num_taskq_thread", processors)
        .containsEntry("max_taskq_thread", processors)
        .containsEntry("parallel", 32L);
    assertThat(ConfView.of(Confs.load("max_taskq_thread=1\n"), folder, PemSource.DISK))
        .containsEntry("num_taskq_thread", 1L)
        .containsEntry("max_taskq_thread", 1L);
  }

  @Test
  void unitsAreThoseOfThePage() throws Exception {
    Map<String, Object> data =
        ConfView.of(
            Confs.load(
                "mqtt { property_size = 64, retry_interval = 20s, max_mqueue_len = 7 }\n"
                    + "listeners.tcp.bind = \"127.0.0.1:1\"\n"),
            folder,
            PemSource.DISK);
    assertThat(data)
        .containsEntry("property_size", 64L)
        .containsEntry("qos_duration", 20L)
        .containsEntry("msq_len", 7L)
        .containsEntry("url", "nmq-tcp://127.0.0.1:1");
  }

  @Test
  void unsetIsNull() throws Exception {
    Map<String, Object> data =
        ConfView.of(Confs.load("tls.keyfile=nope.pem\n"), folder, PemSource.DISK);
    assertThat(section(data, "tls"))
        .containsEntry("key_password", null)
        .containsEntry("key", null)
        .containsEntry("cert", null);
    assertThat(section(data, "bridge"))
        .containsEntry("address", null)
        .containsEntry("clientid", null)
        .containsEntry("forwards", List.of());
  }

  @Test
  void keysAreAnsweredAsTheirContent() throws Exception {
    TestKeys keys = TestKeys.make(folder, "EC", 1);
    Files.writeString(folder.resolve("key.pem"), "a note\n" + keys.pkcs8());
    Files.writeString(folder.resolve("cert.pem"), "a note\n" + keys.certificatePem());
    String text = "tls.keyfile=key.pem\ntls.certfile=cert.pem\ntls.key_password=pw\n";
    assertThat(section(view(text), "tls"))
        .containsEntry("key", keys.pkcs8())
        .containsEntry("cert", keys.certificatePem())
        .containsEntry("key_password", "pw");
    assertThat(section(view(text + "http_server.redact_secrets=true\n"), "tls"))
        .containsEntry("key", "******")
        .containsEntry("key_password", "******");
  }

  @Test
  void keysOfSomebodyElseAreNotAnswered() throws Exception {
    TestKeys keys = TestKeys.make(folder, "EC", 1);
    TestKeys others = TestKeys.make(folder, "EC", 2);
    Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
    Files.writeString(elsewhere.resolve("key.pem"), keys.pkcs8());
    Files.writeString(folder.resolve("cert.pem"), keys.certificatePem());
    Files.writeString(folder.resolve("jwt.key"), others.pkcs8());
    Files.writeString(folder.resolve("key.pem"), keys.pkcs8());
    for (String file :
        List.of("elsewhere/key.pem", "jwt.key", "./elsewhere/key.pem", "x/../key.pem")) {
      Map<String, Object> data = view("tls.keyfile=" + file + "\ntls.certfile=cert.pem\n");
      assertThat(section(data, "tls")).containsEntry("key", null);
    }
    assertThat(
            section(
                view(
                    "tls.keyfile=elsewhere/key.pem\ntls.certfile=cert.pem\n"
                        + "config.pem_folder=elsewhere\n"),
                "tls"))
        .containsEntry("key", keys.pkcs8());
  }

  /** With the document beside the files that relative names mean. */
  private Map<String, Object> view(String text) throws Exception {
    Path document = Files.writeString(folder.resolve("nanomq.conf"), text);
    String[] arguments = {"--conf", document.toString()};
    return ConfView.of(Confs.load(arguments, Map.of(), folder), folder, PemSource.DISK);
  }

  @Test
  void listenersOfUrlAreShownWhereTheyBelong() throws Exception {
    String text = "url=nmq-tcp://127.0.0.1:1,nmq-ws://127.0.0.1:2/x,nmq-wss://127.0.0.1:3\n";
    Map<String, Object> data =
        ConfView.of(Confs.load(text + "tls.certfile=/c\ntls.keyfile=/k\n"), folder, PemSource.DISK);
    assertThat(section(data, "websocket"))
        .containsEntry("url", "nmq-ws://127.0.0.1:2/x")
        .containsEntry("tls_url", "nmq-wss://127.0.0.1:3/mqtt");
  }

  @Test
  void nothingButPemIsShownOfFiles() throws Exception {
    Files.writeString(folder.resolve("token"), "a secret of somebody else");
    Files.writeString(folder.resolve("key.pem"), "-----BEGIN PRIVATE KEY-----\nAAAA\n");
    assertThat(
            section(view("tls.keyfile=token\ntls.certfile=key.pem\ntls.cacertfile=token\n"), "tls"))
        .containsEntry("key", null)
        .containsEntry("cert", null)
        .containsEntry("cacert", null);
  }

  @Test
  void whatAReferenceNamesIsNotShown() throws Exception {
    Map<String, String> environment = Map.of("SECRET", "hidden", "PORT", "8099", "MQTT", "8098");
    LoadedConf loaded =
        Confs.load(
            """
            http_server.username=${SECRET}
            http_server.port=${PORT}
            url=nmq-tcp://127.0.0.1:${MQTT},nmq-ws://127.0.0.1:1/${SECRET}
            tls.url=nmq-tls://127.0.0.1:1
            msq_len=${PORT}
            tls.key_password=a-${SECRET}
            bridge.mqtt.bridge_mode=true
            bridge.mqtt.address=mqtt-tcp://h:1
            bridge.mqtt.clientid=${SECRET}
            bridge.mqtt.forwards=x/${SECRET}
            """,
            environment);
    assertThat(loaded.conf().httpServer().username()).isEqualTo("hidden");
    Map<String, Object> data = ConfView.of(loaded, folder, PemSource.DISK);
    assertThat(data.toString()).doesNotContain("hidden");
    assertThat(section(data, "http_server"))
        .containsEntry("username", "${SECRET}")
        .containsEntry("port", "${PORT}");
    assertThat(data)
        .containsEntry("url", "nmq-tcp://127.0.0.1:${MQTT},nmq-ws://127.0.0.1:1/${SECRET}")
        .containsEntry("msq_len", "${PORT}");
    assertThat(data.toString()).doesNotContain("8099", "8098");
    assertThat(HotValues.of(loaded)).containsEntry("msq_len", "${PORT}");
    assertThat(section(data, "tls")).containsEntry("key_password", "a-${SECRET}");
    assertThat(section(data, "bridge"))
        .containsEntry("clientid", "${SECRET}")
        .containsEntry("forwards", List.of("x/${SECRET}"));
    assertThat(ConfDiff.between(Confs.load(""), loaded).changes().toString())
        .contains("${SECRET}")
        .doesNotContain("hidden");
    // What was answered comes back as what it was.
    ConfPatch patch = PatchReader.read(data, loaded, folder, new FilePemStore());
    assertThat(patch.apply(loaded, folder)).isEmpty();
  }

  @Test
  void theFirstBridgeIsShown() throws Exception {
    Map<String, Object> data =
        ConfView.of(
            Confs.load(
                """
                bridges.mqtt.emqx {
                  server = "mqtt-tcp://h:1883"
                  forwards = [{remote_topic = "fwd/a", local_topic = "a"}]
                  subscription = [{remote_topic = "cmd/b", local_topic = "b", qos = 2}]
                }
                """),
            folder,
            PemSource.DISK);
    assertThat(section(data, "bridge"))
        .containsEntry("bridge_mode", true)
        .containsEntry("address", "mqtt-tcp://h:1883")
        .containsEntry("forwards", List.of("a"))
        .containsEntry("subscription", List.of(Map.of("topic", "cmd/b", "qos", 2L)));
  }

  @Test
  void aBridgeThatIsConfiguredRuns() throws Exception {
    String keyValue = "bridge.mqtt.bridge_mode=true\nbridge.mqtt.address=mqtt-tcp://h:1883\n";
    String hocon = "bridges.mqtt.a { enable = true, server = \"mqtt-tcp://h:1883\" }\n";
    for (String text : List.of(keyValue, hocon)) {
      LoadedConf loaded = Confs.load(text);
      assertThat(HotValues.of(loaded)).containsEntry("bridge_mode", true);
      assertThat(HotValues.patch(Map.of("bridge_mode", true), loaded).isEmpty()).isTrue();
    }
  }

  @Test
  void originsSayWhereEveryValueCameFrom() throws Exception {
    List<Map<String, Object>> origins =
        ConfView.origins(
            Confs.load("msq_len=5\nhttp_server.password=x9\n", Map.of("NANOMQ_DAEMON", "true")));
    assertThat(origins)
        .extracting(origin -> origin.get("key") + " " + origin.get("value"))
        .containsExactly(
            "mqtt.max_mqueue_len 5", "http_server.password ******", "system.daemon true");
    assertThat(origins.get(2))
        .containsEntry("layer", "environment")
        .containsEntry("source", "NANOMQ_DAEMON")
        .containsEntry("effect", "none")
        .containsEntry("in_effect", false);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> section(Map<String, Object> data, String name) {
    return (Map<String, Object>) data.get(name);
  }
}
