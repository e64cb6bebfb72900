package io.nanomq.api.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.nanomq.config.ConfPatch;
import io.nanomq.config.Confs;
import io.nanomq.config.EveryKey;
import io.nanomq.config.LoadedConf;
import io.nanomq.config.document.ConfEdit;
import io.nanomq.config.model.BridgeConf;
import io.nanomq.config.setting.ConfException;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.tls.FilePemStore;
import io.nanomq.tls.PemSource;
import io.nanomq.tls.TestKeys;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfPatchTest {
  private static final String PEM = "-----BEGIN X-----\nAAAA\n-----END X-----\n";

  /** A request that names every member once. */
  private static final String EVERYTHING =
      """
      {"url": "nmq-tcp://127.0.0.1:2883", "num_taskq_thread": 3, "max_taskq_thread": 4,
       "parallel": 16, "property_size": 8, "msq_len": 99, "qos_duration": 15,
       "allow_anonymous": false, "daemon": true,
       "tls": {"enable": false, "url": "nmq-tls://127.0.0.1:9883", "key_password": null,
               "key": null, "cert": null, "cacert": null, "verify_peer": true,
               "fail_if_no_peer_cert": true},
       "websocket": {"enable": true, "url": "nmq-ws://127.0.0.1:9083/mqtt",
                     "tls_url": "nmq-wss://127.0.0.1:9084/mqtt"},
       "http_server": {"enable": false, "port": 9081, "username": "root", "password": "a b#c",
                       "auth_type": "basic"},
       "bridge": {"bridge_mode": true, "address": "127.0.0.1:1885", "proto_ver": 5,
                  "clientid": "other", "clean_start": false, "username": "user",
                  "password": "passwd", "keepalive": 30, "parallel": 4,
                  "forwards": ["t1/#", "t2/#"],
                  "subscription": [{"topic": "cmd/1", "qos": 1}, {"topic": "cmd/2", "qos": 2}]}}
      """;

  @TempDir Path folder;

  @Test
  void everyValueIsThereAfterwards() throws Exception {
    for (String before :
        new String[] {
          "# mine\nmsq_len=64\n",
          "stop_timeout=5\n",
          "# mine\nmqtt {\n  max_mqueue_len = 64\n}\n",
          "url=nmq-tcp://h:1\nurl=nmq-tcp://h:2\nbridge.mqtt.subscription.9.topic=x\n"
              + "bridge.mqtt.address=h"
        }) {
      LoadedConf after = patched(before, EVERYTHING);

      assertSays(json(EVERYTHING), ConfView.of(after, folder, PemSource.DISK));
      if (before.startsWith("# mine")) {
        assertThat(after.document().text()).startsWith("# mine\nm");
      }
    }
  }

  /** The example of NanoMQ's later pages, which is of what {@code /reload} takes. */
  @Test
  void whatReloadTakesIsTakenHereToo() throws Exception {
    LoadedConf after =
        patched(
            "daemon=false\n",
            """
            {"property_size": 64, "max_packet_size": 3, "client_max_packet_size": 5,
             "msq_len": 2048, "qos_duration": 10, "keepalive_backoff": 1250,
             "allow_anonymous": false}
            """);
    assertThat(after.conf().mqtt().packets().maxBytes()).isEqualTo(3 * 1024);
    assertThat(after.conf().mqtt().packets().clientMaxBytes()).isEqualTo(5 * 1024);
    assertThat(after.values().value("mqtt.keepalive_multiplier")).isEqualTo(1.25);
    assertThat(after.conf().mqtt().queues().length()).isEqualTo(2048);
    assertThatThrownBy(
            () -> patched("", "{\"max_packet_size\": \"x\", \"keepalive_backoff\": true}"))
        .hasMessageContaining("data.max_packet_size")
        .hasMessageContaining("data.keepalive_backoff");
  }

  @Test
  void partialMeansThatTheRestStays() throws Exception {
    String before = "daemon=true\nmsq_len=64\nallow_anonymous=false\nauth.1.login=a\n";
    LoadedConf after =
        patched(before + "auth.1.password=b\n", "{\"msq_len\": 65, \"tls\": {\"enable\": false}}");
    assertThat(after.document().text())
        .isEqualTo(before.replace("64", "65") + "auth.1.password=b\n");
  }

  @Test
  void whatIsAsItIsAlreadyEditsNothing() throws Exception {
    for (String text :
        List.of(
            "", EveryKey.keyValue(), EveryKey.hocon(), "http_server.password=${PW}\nmsq_len=5")) {
      LoadedConf loaded = Confs.unchecked(text, Map.of("PW", "s3", "NANOMQ_PARALLEL", "9"));
      assertThat(
              PatchReader.read(
                      ConfView.of(loaded, folder, PemSource.DISK),
                      loaded,
                      folder,
                      new FilePemStore())
                  .isEmpty())
          .isTrue();
    }
  }

  @Test
  void noSectionOfHoconIsSwitchedOnByTheWay() throws Exception {
    LoadedConf after =
        patched(
            "mqtt {\n  max_mqueue_len = 5\n}\n", "{\"tls\": {\"url\": \"nmq-tls://127.0.0.1:9\"}}");
    assertThat(after.conf().listeners()).noneMatch(l -> l.transport().isSecure());
    assertThat(after.document().text()).contains("enable : false");
  }

  @Test
  void theMaskLeavesASecretAsItWas() throws Exception {
    LoadedConf loaded =
        Confs.load("http_server.redact_secrets=true\nhttp_server.password=x\ntls.key_password=y\n");
    Map<String, Object> shown = ConfView.of(loaded, folder, PemSource.DISK);
    assertThat(PatchReader.read(shown, loaded, folder, new FilePemStore()).isEmpty()).isTrue();
  }

  @Test
  void aShorterListRemovesWhatIsGone() throws Exception {
    String text =
        "bridge.mqtt.address=mqtt-tcp://h:1\nbridge.mqtt.forwards=a,b\n"
            + "bridge.mqtt.subscription.1.topic=x\nbridge.mqtt.subscription.1.qos=1\n"
            + "bridge.mqtt.subscription.2.topic=y\nbridge.mqtt.subscription.2.qos=2\n";
    assertThat(
            patched(
                    text,
                    "{\"bridge\": {\"forwards\": [\"b\"],"
                        + " \"subscription\": [{\"topic\": \"y\", \"qos\": 2}]}}")
                .document()
                .text())
        .isEqualTo(
            "bridge.mqtt.address=mqtt-tcp://h:1\nbridge.mqtt.forwards=b\n"
                + "bridge.mqtt.subscription.1.topic=y\nbridge.mqtt.subscription.1.qos=2\n");
  }

  @Test
  void whatHoconSaysAboutATopicStaysWithIt() throws Exception {
    String text =
        """
        bridges.mqtt.x {
          server = "mqtt-tcp://h:1"
          forwards = [
            { remote_topic = "fwd/a", local_topic = "a", qos = 1 }
            { remote_topic = "fwd/b", local_topic = "b", qos = 2 }
          ]
          subscription = [ { remote_topic = "c", local_topic = "d", qos = 1 } ]
        }
        """;
    BridgeConf bridge =
        patched(
                text,
                "{\"bridge\": {\"forwards\": [\"b\", \"n\"],"
                    + " \"subscription\": [{\"topic\": \"c\", \"qos\": 0}]}}")
            .conf()
            .integrations()
            .bridges()
            .get(0);
    assertThat(bridge.forwards())
        .containsExactly(
            new BridgeConf.Topic("fwd/b", "b", "", "", 2, -1, 0),
            new BridgeConf.Topic("n", "n", "", "", -1, -1, 0));
    assertThat(bridge.subscriptions())
        .containsExactly(new BridgeConf.Topic("c", "d", "", "", 0, -1, 4));
  }

  @Test
  void keysThatAreTooLongAreRefused() throws Exception {
    String huge = PEM + "x".repeat(PemSource.MAX_BYTES);
    ConfException refused =
        catchThrowableOfType(
            ConfException.class,
            () ->
                PatchReader.read(
                    Map.of("tls", Map.of("key", huge)),
                    Confs.load(""),
                    folder,
                    new FilePemStore()));
    assertThat(refused.getMessage())
        .contains("data.tls.key = ****** is too long; right would be at most 1 MiB");
  }

  @Test
  void keysGoToTheirFiles() throws Exception {
    TestKeys keys = TestKeys.make(folder, "EC", 1);
    Confs.write(folder, "etc/nanomq.conf", "tls.keyfile=etc/mine.pem\n");
    LoadedConf loaded = Confs.load(new String[0], Map.of(), folder);
    Map<String, Object> tls =
        Map.of("key", keys.pkcs8(), "cert", keys.certificatePem(), "cacert", keys.certificatePem());
    ConfPatch patch = PatchReader.read(Map.of("tls", tls), loaded, folder, new FilePemStore());
    assertThat(patch.pemFiles())
        .containsEntry(folder.resolve("etc/mine.pem"), keys.pkcs8())
        .containsEntry(folder.resolve("etc/cert.pem"), keys.certificatePem())
        .containsEntry(folder.resolve("etc/cacert.pem"), keys.certificatePem());
    assertThat(patch.edits())
        .extracting(ConfEdit::path)
        .containsExactlyInAnyOrder("listeners.ssl.certfile", "listeners.ssl.cacertfile");

    Files.writeString(folder.resolve("etc/mine.pem"), keys.pkcs8());
    assertThat(
            PatchReader.read(
                    Map.of("tls", Map.of("key", keys.pkcs8())), loaded, folder, new FilePemStore())
                .isEmpty())
        .isTrue();
  }

  @Test
  void everythingThatIsWrongIsReportedAtOnce() {
    List<String> problems =
        problems(
            """
            {"num_taskq_thread": "eight", "parallel": 0, "msq_len": 1e12, "daemon": "true",
             "quos_duration": 5, "url": "x://h:1", "tls": 5,
             "websocket": {"url": "nmq-tcp://h:1"},
             "http_server": {"port": 70000, "auth_type": "none", "password": ""},
             "bridge": {"forwards": [1], "subscription": [{"topic": "a", "qos": 3}, 7]}}
            """);
    assertThat(problems)
        .anyMatch(p -> p.startsWith("request: data.num_taskq_thread = eight is of the wrong type"))
        .anyMatch(p -> p.startsWith("request: data.parallel = 0 is out of range"))
        .anyMatch(p -> p.startsWith("request: data.msq_len = 1.0E12 is of the wrong type"))
        .anyMatch(p -> p.startsWith("request: data.daemon = true is of the wrong type"))
        .anyMatch(p -> p.contains("quos_duration is not a known member; right would be qos_dur"))
        .anyMatch(p -> p.startsWith("request: data.url = x://h:1 has an unknown scheme"))
        .anyMatch(p -> p.startsWith("request: data.tls = 5 is not an object"))
        .anyMatch(p -> p.contains("data.websocket.url = nmq-tcp://h:1 has the scheme of another"))
        .anyMatch(p -> p.contains("data.http_server.port = 70000 is out of range"))
        .anyMatch(p -> p.contains("data.http_server.auth_type = none is not a known word"))
        .anyMatch(p -> p.contains("data.http_server.password = ****** is empty"))
        .anyMatch(p -> p.contains("data.bridge.forwards[0] = 1 is not a topic"))
        .anyMatch(p -> p.contains("data.bridge.subscription[0].qos = 3 is out of range"))
        .anyMatch(p -> p.contains("data.bridge.subscription[1] = 7 is not a subscription"))
        .hasSize(14);
  }

  @Test
  void aFirstDocumentIsMadeWhereThereIsNone() throws Exception {
    LoadedConf loaded = Confs.load(new String[0], Map.of(), folder);
    Path file = folder.resolve("etc/nanomq.conf");
    Map<Path, byte[]> contents =
        PatchReader.read(Map.of("msq_len", 5), loaded, folder, new FilePemStore())
            .apply(loaded, file);
    assertThat(contents).containsOnlyKeys(file);
    assertThat(new String(contents.get(file), StandardCharsets.UTF_8)).isEqualTo("msq_len=5\n");
  }

  @Test
  void bridgesGoToTheirOwnFile() throws Exception {
    Confs.write(folder, "etc/nanomq.conf", "msq_len=1\n");
    Path bridge = Confs.write(folder, "etc/nanomq_bridge.conf", "bridge.mqtt.address=h:1");
    LoadedConf loaded = Confs.load(new String[0], Map.of(), folder);
    Map<Path, byte[]> contents =
        PatchReader.read(
                Map.of("bridge", Map.of("clientid", "c")), loaded, folder, new FilePemStore())
            .apply(loaded, folder.resolve("unused"));
    assertThat(contents).containsOnlyKeys(bridge);
    assertThat(new String(contents.get(bridge), StandardCharsets.UTF_8))
        .isEqualTo("bridge.mqtt.address=h:1\nbridge.mqtt.clientid=c\n");
  }

  @Test
  void whatAFormatCannotKeepIsRefused() {
    for (String topic : List.of("a,b", " a", "a ", "a\\ud800")) {
      String request = "{\"bridge\": {\"forwards\": [\"" + topic + "\"]}}";
      assertThat(catchThrowableOfType(ConfException.class, () -> patched("msq_len=1\n", request)))
          .as(topic)
          .isNotNull();
    }
    String half = "{\"bridge\": {\"clientid\": \"a\\ud800\"}}";
    for (String document : List.of("msq_len=1\n", "mqtt { max_mqueue_len = 1 }\n")) {
      assertThat(catchThrowableOfType(ConfException.class, () -> patched(document, half)))
          .hasMessageContaining("half of a character");
    }
    assertThat(Confs.reports("mqtt {}\nlog.dir = \"\\ud800\"\n"))
        .singleElement()
        .asString()
        .contains("half of a character");
  }

  @Test
  void whatIsOverriddenIsTold() throws Exception {
    LoadedConf loaded =
        Confs.load("msq_len=1\n", Map.of("NANOMQ_MSQ_LEN", "9", "NANOMQ_PARALLEL", "9"));
    ConfPatch patch =
        PatchReader.read(Map.of("msq_len", 5, "daemon", true), loaded, folder, new FilePemStore());
    assertThat(patch.overridden(loaded))
        .singleElement()
        .hasToString(
            "request: mqtt.max_mqueue_len of the document does not count:"
                + " the environment variable NANOMQ_MSQ_LEN wins");
  }

  private LoadedConf patched(String before, String request) throws Exception {
    LoadedConf loaded = Confs.load(before);
    Map<Path, byte[]> contents =
        new HashMap<>(
            PatchReader.read(json(request), loaded, folder, new FilePemStore())
                .apply(loaded, folder.resolve("unused")));
    assertThat(contents).containsOnlyKeys(loaded.source());
    return Confs.load(new String(contents.get(loaded.source()), StandardCharsets.UTF_8));
  }

  private List<String> problems(String request) {
    return catchThrowableOfType(
            ConfException.class,
            () -> PatchReader.read(json(request), Confs.load(""), folder, new FilePemStore()))
        .problems()
        .stream()
        .map(ConfProblem::toString)
        .toList();
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> json(String text) throws Exception {
    return new ObjectMapper().readValue(text, Map.class);
  }

  /** Every member of the request has the same value in the answer. */
  private static void assertSays(Map<?, ?> request, Map<?, ?> answer) {
    request.forEach(
        (name, value) -> {
          if (value instanceof Map<?, ?> members) {
            assertSays(members, (Map<?, ?>) answer.get(name));
          } else {
            assertThat(String.valueOf(answer.get(name)))
                .as(String.valueOf(name))
                .isEqualTo(String.valueOf(value));
          }
        });
  }
}
