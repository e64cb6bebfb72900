package io.nanomq.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import io.nanomq.FreePort;
import io.nanomq.TestConf;
import io.nanomq.api.configuration.PatchReader;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.control.ConfEditing;
import io.nanomq.tls.FilePemStore;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Reading, editing and applying the configuration over HTTP. */
@QuarkusTest
class ApiConfigurationTest extends EditedDocument {
  @Test
  void everyDocumentedValueIsAnsweredAfterARestartBooleansIncluded() throws IOException {
    int tcp = FreePort.find();
    Map<String, Object> wanted = example(tcp, FreePort.find());

    post(CONFIGURATION, Map.of("data", wanted)).statusCode(200).body("code", equalTo(0));
    restart().statusCode(200).body(equalTo("{\"code\":0}"));

    Map<String, Object> data = admin().get(CONFIGURATION).path("data");
    // Loops are those of the process.
    assertThat(data).containsAllEntriesOf(without(wanted, "tls", "bridge", "num_taskq_thread"));
    assertThat(section(data, "tls"))
        .containsEntry("enable", false)
        .containsEntry("url", "nmq-tls://127.0.0.1:8883")
        .containsEntry("verify_peer", true);
    Map<String, Object> bridge = section(wanted, "bridge");
    assertThat(section(data, "bridge")).containsAllEntriesOf(bridge);
    assertThat(running.get().ports()).contains(tcp);
    assertThat(Files.readString(document)).startsWith("# What tests run with\n");
  }

  private static Map<String, Object> example(int tcp, int webSocket) {
    return Map.of(
        "url",
        "nmq-tcp://127.0.0.1:" + tcp,
        "num_taskq_thread",
        8,
        "max_taskq_thread",
        4,
        "parallel",
        33,
        "msq_len",
        64,
        "allow_anonymous",
        false,
        "tls",
        Map.of("enable", false, "url", "nmq-tls://127.0.0.1:8883", "verify_peer", true),
        "websocket",
        Map.of(
            "enable",
            true,
            "url",
            "nmq-ws://127.0.0.1:" + webSocket + "/mqtt",
            "tls_url",
            "nmq-wss://0.0.0.0:8084/mqtt"),
        "bridge",
        Map.of(
            "bridge_mode",
            false,
            "address",
            "127.0.0.1:1883",
            "proto_ver",
            4,
            "clientid",
            "bridge_client",
            "clean_start",
            true,
            "password",
            "passwd",
            "forwards",
            List.of("topic1/#", "topic2/#"),
            "subscription",
            List.of(Map.of("topic", "cmd/topic1", "qos", 1))));
  }

  @Test
  void whatNeedsANewProcessIsPending() {
    post(CONFIGURATION, Map.of("data", Map.of("num_taskq_thread", 3, "msq_len", 77)));
    status()
        .body("data.in_sync", equalTo(false))
        .body(
            "data.pending.key", equalTo(List.of("mqtt.max_mqueue_len", "system.num_taskq_thread")))
        .body("data.pending.effect", equalTo(List.of("hot", "restart")));

    restart().statusCode(200);

    status()
        .body("data.pending.key", equalTo(List.of("system.num_taskq_thread")))
        .body("data.pending[0].before", equalTo("0"))
        .body("data.history[0].outcome", equalTo("applied"))
        .body("data.history[0].trigger", equalTo("restart"))
        .body("data.origins.key", hasItem("mqtt.max_mqueue_len"))
        .body("data.apply", equalTo("manual"));
  }

  @Test
  void aDryRunAnswersTheDifferenceAndWritesNothing() {
    post(CONFIGURATION + "?dry_run=true", Map.of("data", Map.of("msq_len", 5)))
        .statusCode(200)
        .body("data.changes[0].key", equalTo("mqtt.max_mqueue_len"))
        .body("data.changes[0].before", equalTo("1024"))
        .body("data.changes[0].after", equalTo("5"))
        .body("data.changes[0].effect", equalTo("hot"));
    post(CONFIGURATION + "?dry_run=yes", Map.of("data", Map.of())).statusCode(400);
    assertUntouched();
  }

  @Test
  void twoEditsAtOnceBothHold() {
    List<String> edits = List.of("{\"data\":{\"msq_len\":5}}", "{\"data\":{\"qos_duration\":6}}");
    edits.stream()
        .map(
            e ->
                CompletableFuture.runAsync(
                    () -> post(CONFIGURATION, e.getBytes(StandardCharsets.UTF_8)).statusCode(200)))
        .toList()
        .forEach(CompletableFuture::join);
    restart().statusCode(200);

    Map<String, Object> data = admin().get(CONFIGURATION).path("data");
    assertThat(data).containsEntry("msq_len", 5).containsEntry("qos_duration", 6);
  }

  @Test
  void anEditOfSomebodyElseIsNotOverwritten() throws Exception {
    ConfEditing.Request meddling =
        stored -> {
          write(TestConf.DOCUMENT + "msq_len=" + System.nanoTime() % 1000000 + "\n");
          return PatchReader.read(
              Map.of("qos_duration", 9), stored, inputs.workingDirectory(), new FilePemStore());
        };

    var edit = reconciler.edit(meddling, false).toCompletableFuture();

    assertThat(edit).failsWithin(Duration.ofSeconds(5));
    assertThat(Files.readString(document)).contains("msq_len=").doesNotContain("qos_duration");
  }

  @Test
  void aBrokenDocumentIsRejectedAndTheBrokerServesOn() {
    write(TestConf.DOCUMENT + "msq_len=-1\nnosuch=1\n");

    restart()
        .statusCode(400)
        .body("code", equalTo(108))
        .body("message", containsString("nanomq.conf:7"))
        .body("message", containsString("nosuch"));

    status()
        .body("data.stored.hash", equalTo(null))
        .body("data.last_error.outcome", equalTo("rejected"));
    admin().get(ApiRoutes.ROOT + "/nodes").then().statusCode(200);
    assertThat(running.get().ports()).hasSize(1);
  }

  @Test
  void brokenHoconInTheFileIsRejectedToo() {
    String broken = "mqtt {\n  max_mqueue_len = 5\n";
    write(broken);

    restart()
        .statusCode(400)
        .body("code", equalTo(108))
        .body("message", containsString("nanomq.conf"));

    assertThat(read()).isEqualTo(broken);
    admin().get(ApiRoutes.ROOT + "/nodes").then().statusCode(200);
    assertThat(reconciler.running().conf().mqtt().queues().length()).isEqualTo(1024);
  }

  @Test
  void aDocumentThatIsGoneDoesNotOpenTheBroker() throws IOException {
    Files.delete(document);

    restart().statusCode(400);
    post(CONFIGURATION, Map.of("data", Map.of("msq_len", 5))).statusCode(400);
  }

  @Test
  void theWholeDocumentInEitherFormat() {
    String hocon =
        "# new\nlisteners.tcp { bind = \"127.0.0.1:0\" }\nlisteners.ws { enable = false }\n"
            + "http_server { port = 0, ip_addr = \"127.0.0.1\" }\nmqtt { max_mqueue_len = 9 }\n";
    String update = ApiRoutes.ROOT + "/config_update";

    post(update, "mqtt { property_size = ".getBytes(StandardCharsets.UTF_8))
        .statusCode(400)
        .body("code", equalTo(108));
    post(update, "\n ".getBytes(StandardCharsets.UTF_8)).statusCode(400);
    assertUntouched();
    post(update + "?dry_run=true", hocon.getBytes(StandardCharsets.UTF_8)).statusCode(200);
    assertUntouched();
    post(update, hocon.getBytes(StandardCharsets.UTF_8)).body(equalTo("{\"code\":0}"));
    assertThat(read()).isEqualTo(hocon);
    restart().statusCode(200);
    int queue = admin().get(CONFIGURATION).path("data.msq_len");
    assertThat(queue).isEqualTo(9);
  }

  @Test
  void hotValuesApplyAtOnceAndAlone() {
    post(CONFIGURATION, Map.of("data", Map.of("parallel", 7)));
    post(
            ApiRoutes.ROOT + "/reload",
            Map.of("data", Map.of("msq_len", 128, "keepalive_backoff", 1250)))
        .statusCode(200)
        .body(equalTo("{\"code\":0}"));

    admin()
        .get(ApiRoutes.ROOT + "/reload")
        .then()
        .body(
            equalTo(
                "{\"code\":0,\"data\":{\"property_size\":32,\"max_packet_size\":1024,"
                    + "\"client_max_packet_size\":1024,\"msq_len\":128,\"qos_duration\":30,"
                    + "\"keepalive_backoff\":1.25,\"allow_anonymous\":true,"
                    + "\"enable_mqtt_stream\":false,\"bridge_mode\":false}}"));
    int parallel = admin().get(CONFIGURATION).path("data.parallel");
    assertThat(parallel).isEqualTo(32);
    assertThat(read()).contains("msq_len=128", "parallel=7");
    post(ApiRoutes.ROOT + "/reload", Map.of("data", Map.of("msq_len", 0, "bridge_mode", true)))
        .statusCode(400)
        .body("code", equalTo(108))
        .body("message", containsString("bridge_mode"));
    post(ApiRoutes.ROOT + "/reload", "{}".getBytes(StandardCharsets.UTF_8))
        .statusCode(400)
        .body("code", equalTo(107));
  }

  @Test
  void theMaskLeavesTheSecret() {
    write(TestConf.DOCUMENT + "http_server.redact_secrets=true\n");
    restart().statusCode(200);
    Map<String, Object> data = admin().get(CONFIGURATION).path("data");
    assertThat(section(data, "http_server")).containsEntry("password", "******");

    post(CONFIGURATION, Map.of("data", data)).statusCode(200);
    restart().statusCode(200);

    admin().get(ApiRoutes.ROOT + "/nodes").then().statusCode(200);
    assertThat(read()).doesNotContain("******");
  }

  @Test
  void unknownActions() {
    post(ApiRoutes.ROOT + "/ctrl/reboot", new byte[0]).statusCode(404).body("code", equalTo(101));
    post(ApiRoutes.ROOT + "/ctrl", new byte[0]).statusCode(404).body("code", equalTo(102));
    post(ApiRoutes.ROOT + "/ctrl/ReStart", new byte[0]).body(equalTo("{\"code\":0}"));
    post(ApiRoutes.ROOT + "/restart/", new byte[0]).body(equalTo("{\"code\":0}"));
  }

  private static Map<String, Object> without(Map<String, Object> map, String... names) {
    Map<String, Object> rest = new HashMap<>(map);
    rest.keySet().removeAll(List.of(names));
    return rest;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> section(Map<String, Object> data, String name) {
    return (Map<String, Object>) data.get(name);
  }
}
