package io.nanomq.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nanomq.TestConf;
import io.nanomq.api.route.ApiRoutes;
import io.nanomq.config.ConfReport;
import io.nanomq.control.Reconciler;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A document that gets lost while the broker runs: what was in force goes on serving. */
@QuarkusTest
class VanishedDocumentTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String CONFIGURATION = ApiRoutes.ROOT + "/configuration";
  private static final String LOCKED =
      "allow_anonymous=false\nhttp_server.username=root\nhttp_server.password=secret\n";
  private static final String LOCKED_HOCON =
      """
      listeners { tcp.bind = "127.0.0.1:0", ws.enable = false }
      http_server { port = 0, ip_addr = "127.0.0.1", username = root, password = secret }
      auth.allow_anonymous = false
      """;

  @Inject LiveConf live;
  @Inject Reconciler reconciler;

  private Path document;

  @BeforeEach
  void document() {
    document = live.folder().resolve("nanomq.conf");
  }

  @AfterEach
  void asBefore() throws Exception {
    delete(document);
    live.apply("config.apply=manual\n");
    live.apply("");
  }

  private static void delete(Path file) throws Exception {
    Files.deleteIfExists(file);
  }

  @ParameterizedTest
  @CsvSource({"key=value, empty", "HOCON, comments", "HOCON, gone"})
  void aLostTextOpensNothingAndIsHealedByTheGoodOne(String format, String how) throws Exception {
    String good =
        format.equals("HOCON")
            ? LOCKED_HOCON + "config.apply = auto\n"
            : TestConf.DOCUMENT + LOCKED + "config.apply=auto\n";
    String queue = format.equals("HOCON") ? "mqtt.max_mqueue_len = 41\n" : "msq_len=41\n";
    store(good);
    assertThat(restart()).isEqualTo(200);
    assertLocked();

    store(
        switch (how) {
          case "empty" -> "";
          case "comments" -> "# " + good.replace("\n", "\n# ");
          default -> how;
        });
    await().atMost(SOON).until(() -> isRejected("watch"));
    assertLocked();
    assertThat(status()).containsEntry("in_sync", false).containsEntry("apply", "auto");

    store(good + queue);
    await().atMost(SOON).until(() -> reconciler.running().conf().mqtt().queues().length() == 41);
    assertLocked();
  }

  @Test
  void aDocumentThatDoesNotSayHowItAppliesLeavesThatAsItIs() throws Exception {
    live.apply("config.apply=auto\n");
    store(TestConf.DOCUMENT + "msq_len=42\n");
    await().atMost(SOON).until(() -> reconciler.running().conf().mqtt().queues().length() == 42);
    assertThat(reconciler.status().auto()).isTrue();
    store(TestConf.DOCUMENT + "config.apply=manual\n");
    await().atMost(SOON).until(() -> !reconciler.status().auto());
  }

  @Test
  void anIncludedFileThatVanishesIsToldByTheWatch() throws Exception {
    live.file("lock.conf", "auth.allow_anonymous = false\nhttp_server.password = secret\n");
    store(
        LOCKED_HOCON.replace("auth.allow_anonymous = false", "config.apply = auto")
            + "include \"lock.conf\"\n");
    assertThat(restart()).isEqualTo(200);
    assertLocked();

    Files.delete(live.folder().resolve("lock.conf"));

    await().atMost(SOON).until(() -> isRejected("watch"));
    assertLocked();
    assertThat(reconciler.status().lastError().problems().toString())
        .contains("lock.conf, which was read before and is gone");
    assertThat(restart()).isEqualTo(400);
    assertLocked();
    live.file("lock.conf", "auth.allow_anonymous = false\nmqtt.max_mqueue_len = 44\n");
    await().atMost(SOON).until(() -> reconciler.running().conf().mqtt().queues().length() == 44);
  }

  @Test
  void whatCannotBeReadIsNoFaultOfTheRequest() throws Exception {
    Files.delete(document);
    Files.createDirectory(document);
    Map<String, Object> edit = Map.of("data", Map.of("msq_len", 5));
    for (String path : List.of(CONFIGURATION, ApiRoutes.ROOT + "/ctrl/restart")) {
      var answer = live.admin().contentType("application/json").body(edit).post(path);
      assertThat(answer.statusCode()).as(path).isEqualTo(500);
      assertThat(answer.<Integer>path("code")).isEqualTo(101);
      assertThat(answer.<String>path("message")).contains("nanomq.conf: cannot be read");
    }
    assertThat(isRejected("restart")).isTrue();
    Files.delete(document);

    store("");
    assertThat(restart()).isEqualTo(400);
    var answer =
        live.admin().body("# nothing\n").post(ApiRoutes.ROOT + "/config_update?dry_run=true");
    assertThat(answer.statusCode()).isEqualTo(400);
  }

  @Test
  void whatIsNotInEffectIsNeverAppliedNorPending() throws Exception {
    String idle = "daemon=true\nvin=7\n";
    store(TestConf.DOCUMENT + idle);
    assertThat(status()).containsEntry("in_sync", true).containsEntry("pending", List.of());
    store(TestConf.DOCUMENT + idle + "msq_len=7\n");
    assertThat(restart()).isEqualTo(200);
    ConfReport report = reconciler.status().history().get(0);
    assertThat(report.changes()).extracting(c -> c.path()).containsExactly("mqtt.max_mqueue_len");

    Map<String, Object> edit = Map.of("data", Map.of("daemon", false));
    List<String> effects =
        live.admin()
            .contentType("application/json")
            .body(edit)
            .post(CONFIGURATION + "?dry_run=true")
            .path("data.changes.effect");
    assertThat(effects).containsExactly("none");
  }

  @Test
  void theNumberOfLoopsIsTheOneThatRuns() throws Exception {
    int running = live.admin().get(CONFIGURATION).path("data.num_taskq_thread");
    live.apply("num_taskq_thread=" + (running + 1) + "\n");

    int answered = live.admin().get(CONFIGURATION).path("data.num_taskq_thread");
    assertThat(answered).isEqualTo(running);
    assertThat(reconciler.status().pending())
        .extracting(change -> change.after())
        .containsExactly("" + (running + 1));
  }

  private void store(String text) throws Exception {
    if (text.equals("gone")) {
      delete(document);
    } else {
      Files.writeString(document, text);
    }
  }

  private int restart() {
    String password = reconciler.running().conf().httpServer().password();
    String user = reconciler.running().conf().httpServer().username();
    return live.anonymous()
        .auth()
        .preemptive()
        .basic(user, password)
        .post(ApiRoutes.ROOT + "/ctrl/restart")
        .statusCode();
  }

  private boolean isRejected(String trigger) {
    ConfReport newest = reconciler.status().history().get(0);
    return !newest.isApplied() && newest.trigger().equals(trigger);
  }

  private void assertLocked() {
    assertThat(reconciler.running().conf().auth().allowAnonymous()).isFalse();
    assertThat(live.admin().get(CONFIGURATION).statusCode()).isEqualTo(401);
  }

  private Map<String, Object> status() {
    var http = reconciler.running().conf().httpServer();
    return live.anonymous()
        .auth()
        .preemptive()
        .basic(http.username(), http.password())
        .get(CONFIGURATION + "/status")
        .path("data");
  }
}
