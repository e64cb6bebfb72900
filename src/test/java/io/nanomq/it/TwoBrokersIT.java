package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nanomq.kubernetes.ApiServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Two packaged brokers, as two pods, with their configuration in one ConfigMap. */
@Tag("slow")
@Execution(ExecutionMode.CONCURRENT)
class TwoBrokersIT {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int EDITS = 25;
  private static final Pattern PORTS =
      Pattern.compile("MQTT on \\[(\\d+)], HTTP API on 127.0.0.1:(\\d+)");

  private static final String DOCUMENT =
      """
      # whoever edits this keeps it
      url=nmq-tcp://127.0.0.1:0
      websocket.enable=false
      http_server.ip_addr=127.0.0.1
      http_server.port=0
      """;

  @TempDir Path folder;
  private final ApiServer api = new ApiServer();
  private final HttpClient client = HttpClient.newHttpClient();
  private final ExecutorService threads = Executors.newFixedThreadPool(4);

  @AfterEach
  void stop() {
    threads.shutdownNow();
    api.close();
  }

  private PackagedBroker broker(String pod) throws IOException {
    Map<String, String> environment =
        Map.of(
            "KUBERNETES_MASTER",
            api.url(),
            "KUBECONFIG",
            folder.resolve("none").toString(),
            "HOSTNAME",
            pod,
            "NANOMQ_CONFIG_STORE",
            "configmap",
            "NANOMQ_CONFIG_CONFIGMAP",
            ApiServer.NAME,
            "NANOMQ_CONFIG_NAMESPACE",
            ApiServer.NAMESPACE,
            "QUARKUS_MANAGEMENT_HOST",
            "127.0.0.1",
            "QUARKUS_MANAGEMENT_PORT",
            "0",
            "RECONCILER_MOMENT",
            "PT0.1S");
    Path own = Files.createDirectory(folder.resolve(pod));
    Map<String, String> all = new HashMap<>(environment);
    all.put("HOME", own.toString());
    return new PackagedBroker(own, all);
  }

  private static int httpPort(PackagedBroker broker) {
    broker.awaitLog("HTTP API on");
    Matcher ports = PORTS.matcher(broker.log());
    assertThat(ports.find()).as(broker.log()).isTrue();
    return Integer.parseInt(ports.group(2));
  }

  private HttpResponse<String> ask(int port, String method, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v4" + path))
            .header("Authorization", "Basic YWRtaW46cHVibGlj")
            .header("Content-Type", "application/json")
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build();
    return client.send(request, BodyHandlers.ofString());
  }

  /** Sets one key to ever new values; answers the last one that was accepted. */
  private Callable<Integer> edits(int port, String key) {
    return () -> {
      int accepted = 0;
      for (int i = 1; i <= EDITS; i++) {
        String body = "{\"data\":{\"%s\":%d}}".formatted(key, i);
        HttpResponse<String> answer = ask(port, "POST", "/configuration", body);
        if (answer.statusCode() == 200) {
          assertThat(answer.body()).isEqualTo("{\"code\":0}");
          accepted = i;
        } else {
          // The one thing that may be in the way is the other broker.
          assertThat(answer.body()).containsPattern("changes all the time|changed by somebody");
        }
      }
      return accepted;
    };
  }

  private boolean isInSync(int port) throws IOException, InterruptedException {
    return ask(port, "GET", "/configuration/status", "").body().contains("\"in_sync\":true");
  }

  private long writes() throws InterruptedException {
    return api.requests().stream().filter(request -> request.getMethod().equals("PUT")).count();
  }

  @Test
  void whatEitherAcceptsStaysAndBothComeToHaveIt() throws Exception {
    api.create(DOCUMENT);
    try (PackagedBroker one = broker("nanomq-0");
        PackagedBroker other = broker("nanomq-1")) {
      int onePort = httpPort(one);
      int otherPort = httpPort(other);
      Future<Integer> lengths = threads.submit(edits(onePort, "msq_len"));
      Future<Integer> retries = threads.submit(edits(otherPort, "qos_duration"));
      Future<Integer> sizes = threads.submit(edits(otherPort, "max_packet_size"));
      int length = lengths.get();
      int retry = retries.get();
      int size = sizes.get();

      assertThat(length).as("accepted").isPositive();
      assertThat(retry).as("accepted").isPositive();
      assertThat(size).as("accepted").isPositive();
      assertThat(api.document())
          .startsWith(DOCUMENT.lines().findFirst().orElseThrow())
          .containsPattern("(?m)^msq_len=" + length + "$")
          .containsPattern("(?m)^qos_duration=" + retry + "s?$")
          .containsPattern("(?m)^max_packet_size=" + size + "(KB)?$");
      for (int port : new int[] {onePort, otherPort}) {
        await().atMost(LONG).until(() -> isInSync(port));
        String current = ask(port, "GET", "/configuration", "").body();
        assertThat(current).contains("\"msq_len\":" + length, "\"qos_duration\":" + retry);
      }
      // Neither writes what it has read.
      writes();
      await().during(Duration.ofSeconds(1)).atMost(LONG).until(() -> writes() == 0);
      for (PackagedBroker broker : new PackagedBroker[] {one, other}) {
        assertThat(broker.log()).doesNotContain("\tat ").doesNotContain("LEAK");
      }
    }
  }
}
