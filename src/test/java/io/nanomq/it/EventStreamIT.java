package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.FreePort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The packaged broker with streams of events open while the API goes away. */
@Tag("slow")
@Execution(ExecutionMode.CONCURRENT)
class EventStreamIT {
  private static final Map<String, String> ENVIRONMENT =
      Map.of("QUARKUS_MANAGEMENT_HOST", "127.0.0.1", "QUARKUS_MANAGEMENT_PORT", "0");

  /** A stop that waited for a stream would take a good part of this. */
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(120);

  @TempDir Path folder;
  private Path document;
  private int http;

  @BeforeEach
  void document() throws IOException {
    document = folder.resolve("nanomq.conf");
    write(FreePort.find());
  }

  private void write(int port) throws IOException {
    http = port;
    Files.writeString(
        document,
        """
        url=nmq-tcp://127.0.0.1:0
        websocket.enable=false
        http_server.ip_addr=127.0.0.1
        http_server.port=%d
        config.apply=manual
        stop_timeout=%d
        """
            .formatted(port, STOP_TIMEOUT.toSeconds()));
  }

  private static HttpRequest.Builder request(int port, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v4" + path))
        .header("Authorization", "Basic YWRtaW46cHVibGlj");
  }

  private Iterator<String> follow() throws Exception {
    HttpResponse<Stream<String>> answer =
        HttpClient.newHttpClient().send(request(http, "/events").build(), BodyHandlers.ofLines());
    assertThat(answer.statusCode()).isEqualTo(200);
    Iterator<String> lines = answer.body().iterator();
    assertThat(lines.next()).startsWith(":");
    return lines;
  }

  private static void readToTheEnd(Iterator<String> lines) {
    while (lines.hasNext()) {
      assertThat(lines.next()).doesNotContain("event:");
    }
  }

  @Test
  void aStopEndsThemAndWaitsForNone() throws Exception {
    try (PackagedBroker broker =
        new PackagedBroker(folder, ENVIRONMENT, "--conf", document.toString())) {
      broker.awaitLog("HTTP API on");
      Iterator<String> one = follow();
      Iterator<String> two = follow();
      long begin = System.nanoTime();
      broker.terminate();
      readToTheEnd(one);
      readToTheEnd(two);
      assertThat(broker.awaitEnd()).isZero();
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(STOP_TIMEOUT.dividedBy(4));
      assertThat(broker.log()).doesNotContain("LEAK").doesNotContain("\tat ");
    }
  }

  @Test
  void anApiThatMovesEndsThem() throws Exception {
    try (PackagedBroker broker =
        new PackagedBroker(folder, ENVIRONMENT, "--conf", document.toString())) {
      broker.awaitLog("HTTP API on");
      Iterator<String> lines = follow();
      int before = http;
      write(FreePort.find());
      HttpRequest restart =
          request(before, "/ctrl/restart").POST(HttpRequest.BodyPublishers.noBody()).build();
      HttpResponse<String> moved =
          HttpClient.newHttpClient().send(restart, BodyHandlers.ofString());
      assertThat(moved.statusCode()).isEqualTo(200);
      readToTheEnd(lines);
      assertThat(follow().hasNext()).as("on the new port").isTrue();
      broker.terminate();
      assertThat(broker.awaitEnd()).isZero();
      assertThat(broker.log()).doesNotContain("\tat ");
    }
  }
}
