package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nanomq.FreePort;
import io.nanomq.api.ConfigurationExample;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The packaged broker with its configuration in a file: what outlives it, and how it ends. */
@Execution(ExecutionMode.CONCURRENT)
@Tag("slow")
class ProcessIT {
  private static final Map<String, String> ENVIRONMENT =
      Map.of("QUARKUS_MANAGEMENT_HOST", "127.0.0.1", "QUARKUS_MANAGEMENT_PORT", "0");

  @TempDir Path folder;
  private Path document;
  private int tcp;
  private int http;

  @BeforeEach
  void document() throws IOException {
    tcp = FreePort.find();
    http = FreePort.find();
    document = folder.resolve("nanomq.conf");
    Files.writeString(
        document,
        "url=nmq-tcp://127.0.0.1:"
            + tcp
            + "\nwebsocket.enable=false\nhttp_server.ip_addr=127.0.0.1\nhttp_server.port="
            + http
            + "\nstop_timeout=3\n");
  }

  private void also(String lines) throws IOException {
    String more = lines.replace("FOLDER", folder.toString());
    Files.writeString(document, more, StandardOpenOption.APPEND);
  }

  private int connack(String user, String password) {
    try (RawClient client = new RawClient("127.0.0.1", tcp, 4)) {
      return client.connect("c", user, password).receive(2).at(1);
    }
  }

  private PackagedBroker start() throws IOException {
    PackagedBroker broker = new PackagedBroker(folder, ENVIRONMENT, "--conf", document.toString());
    broker.awaitLog("MQTT on [");
    return broker;
  }

  @Test
  void theExampleOfThePageOutlivesRestartAndProcess() throws Exception {
    int moved = FreePort.find();
    String body = ConfigurationExample.withPorts(FreePort.find(), FreePort.find(), moved);
    Map<String, Object> wanted = JsonPath.from(body).getMap("data");
    also(
        """
        pid_file=FOLDER/pid
        persistence.durability=async
        persistence.base_dir=FOLDER/base
        persistence.backup_dir=FOLDER/copies
        persistence.backups=1
        allow_anonymous=false
        auth.user_file=others.conf
        http_server.swagger_ui=true
        """);
    Files.writeString(folder.resolve("others.conf"), "\"ann\": \"secret\"\n");
    try (PackagedBroker broker = start()) {
      Path pid = folder.resolve("pid");
      await().until(() -> Files.exists(pid) && !Files.readString(pid).isEmpty());
      assertThat(Files.readString(pid).strip()).isEqualTo(broker.pid() + "");
      assertThat(folder.resolve("base/nanomq")).isNotEmptyDirectory();
      assertThat(connack("ann", "wrong")).isNotZero();
      assertThat(call(http, "GET", "/ui/", "")).contains("swagger-ui-bundle.js");
      assertThat(call(http, "GET", "/ui/swagger-ui-bundle.js", "")).hasSizeGreaterThan(1_000_000);
      assertThat(connack("ann", "secret")).isZero();
      for (int i = 0; i < 2; i++) {
        assertThat(call(http, "POST", "/backup", "")).contains("\"code\":0");
      }
      try (Stream<Path> copies = Files.list(folder.resolve("copies"))) {
        assertThat(copies).hasSize(1);
      }
      assertThat(call(http, "POST", "/configuration", body)).isEqualTo("{\"code\":0}");
      assertThat(call(http, "POST", "/ctrl/restart", "")).isEqualTo("{\"code\":0}");
      assertThat(ConfigurationExample.missing(wanted, answered(moved)))
          .allMatch(missing -> missing.startsWith("/num_taskq_thread is"));
      broker.terminate();
      assertThat(broker.awaitEnd()).isZero();
    }
    try (PackagedBroker again = start()) {
      // Its max_taskq_thread is lower than its num_taskq_thread, and the answer is what runs.
      assertThat(ConfigurationExample.missing(wanted, answered(moved)))
          .containsExactly("/num_taskq_thread is 4, not 8");
      assertThat(call(moved, "POST", "/stop", "")).isEqualTo("{\"code\":0}");
      assertThat(again.awaitEnd()).isZero();
    }
    assertThat(folder.resolve("pid")).doesNotExist();
  }

  private static Map<String, Object> answered(int port) throws Exception {
    return JsonPath.from(call(port, "GET", "/configuration", "")).getMap("data");
  }

  /** What waits for it fills the socket's buffers, and more waits in its session. */
  @Test
  void aClientThatDoesNotReadDoesNotHoldUpAStop() throws Exception {
    also(
        """
        msg_persistence=sqlite
        sqlite.enable=true
        sqlite.mounted_file_path=FOLDER/kept
        log.to=file
        log.dir=FOLDER
        log.stdout=true
        """);
    try (PackagedBroker broker = start();
        RawClient deaf = new RawClient("127.0.0.1", tcp, 5).connected("deaf", true);
        RawClient publisher = new RawClient("127.0.0.1", tcp, 5).connected("publisher", true)) {
      deaf.subscribe(1, "flood", 0);
      assertThat(deaf.receive().type()).isEqualTo(9);
      byte[] payload = new byte[8 * 1024];
      for (int i = 0; i < 4 * 1024; i++) {
        publisher.publish("flood", 0, 0, payload);
      }
      publisher.send(0xC0, 0);
      assertThat(publisher.receive().type()).isEqualTo(13);

      long start = System.nanoTime();
      broker.terminate();
      assertThat(broker.awaitEnd()).isZero();

      // stop_timeout, and plenty for what the JVM needs to end.
      assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start))
          .isLessThan(3_000 + 30_000);
      assertThat(broker.log()).doesNotContain("hangs");
      assertThat(folder.resolve("kept")).isNotEmptyDirectory();
      assertThat(Files.readString(folder.resolve("nanomq.log"))).contains("MQTT on [");
    }
  }

  private static String call(int port, String method, String path, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v4" + path))
            .header("Authorization", "Basic YWRtaW46cHVibGlj")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
  }
}
