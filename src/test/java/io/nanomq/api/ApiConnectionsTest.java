package io.nanomq.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.nanomq.TestConf;
import io.nanomq.config.RunningConf;
import io.nanomq.config.model.HttpServerConf;
import io.nanomq.control.ConfInputs;
import io.nanomq.control.Reconciler;
import io.nanomq.control.RunningBroker;
import io.nanomq.http.HttpListener;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Future;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a connection to the API may take, and where it ends. */
@QuarkusTest
@Timeout(60)
class ApiConnectionsTest {
  private static final String BEHIND = "{\"topic\":\"behind\",\"payload\":\"x\",\"retain\":true}";
  private static final String HIDDEN =
      "POST /api/v4/mqtt/publish HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
          + HostileRequests.CREDENTIALS
          + "Content-Length: "
          + BEHIND.length()
          + "\r\n\r\n"
          + BEHIND;

  @Inject HttpListener http;
  @Inject RunningBroker running;
  @Inject RunningConf conf;
  @Inject ConfInputs inputs;
  @Inject Reconciler reconciler;
  @Inject MeterRegistry meters;

  @AfterEach
  void asBefore() throws Exception {
    configure("");
  }

  private void configure(String line) throws Exception {
    Files.writeString(
        inputs.workingDirectory().resolve("nanomq.conf"), TestConf.DOCUMENT + line + "\n");
    reconciler.apply("restart").toCompletableFuture().get();
  }

  @Test
  void moreThanThereMayBeAreClosedAtOnce() throws Exception {
    configure("http_server.max_connections=5");
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 6; i++) {
        sockets.add(new Socket("127.0.0.1", http.port()));
      }
      // Others of this test's neighbours may hold some of the places.
      await().until(() -> sockets.stream().anyMatch(ApiConnectionsTest::isClosed));
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
    assertThat(meters.get("nanomq.api.connections.refused").functionCounter().count()).isPositive();
    configure("");
    await().until(() -> exchange("GET /api/v4/nodes HTTP/1.0\r\n\r\n").contains("401"));
  }

  /** Whoever goes on asking over new connections does not hold up a stop. */
  @Test
  void aStopTakesNobodyMoreAndAnswersWhatIsUnderWay() throws Exception {
    int port = http.port();
    String body = "{\"topic\":\"late\",\"payload\":\"x\"}";
    String head =
        "POST /api/v4/mqtt/publish HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            + HostileRequests.CREDENTIALS
            + "Expect: 100-continue\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n";
    try (Socket underWay = new Socket("127.0.0.1", port)) {
      underWay.setSoTimeout(20_000);
      underWay.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      byte[] asked = underWay.getInputStream().readNBytes("HTTP/1.1 100".length());
      assertThat(asked).asString(StandardCharsets.US_ASCII).isEqualTo("HTTP/1.1 100");
      Future<Void> closed = http.close(600_000);
      await().until(() -> isRefused(port));
      assertThat(closed.isComplete()).isFalse();
      underWay.getOutputStream().write(body.getBytes(StandardCharsets.US_ASCII));
      byte[] answer = underWay.getInputStream().readAllBytes();
      assertThat(answer).asString(StandardCharsets.US_ASCII).contains("HTTP/1.1 200");
      await().until(closed::isComplete);
    } finally {
      HttpServerConf before = conf.current().httpServer();
      await().until(http.open(before)::isComplete);
    }
  }

  /** Whoever goes away in the middle of an answer, or of a question, is not waited for. */
  @Test
  void aStopWaitsForNobodyWhoIsGone() throws Exception {
    int port = http.port();
    String credentials = "Host: x\r\n" + HostileRequests.CREDENTIALS;
    String half = "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{";
    List<String> requests =
        List.of(
            "GET /api/v4/events HTTP/1.1\r\n" + credentials + "\r\n",
            "GET /api/v4/clients HTTP/1.1\r\n" + credentials + "\r\n",
            "POST /api/v4/mqtt/publish HTTP/1.1\r\n" + credentials + half);
    for (String request : requests) {
      try (Socket gone = new Socket("127.0.0.1", port)) {
        gone.setSoTimeout(2_000);
        gone.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        if (request.startsWith("GET")) {
          assertThat(gone.getInputStream().read()).as(request).isEqualTo('H');
        }
      }
    }
    try {
      await().until(http.close(600_000)::isComplete);
    } finally {
      HttpServerConf before = conf.current().httpServer();
      await().until(http.open(before)::isComplete);
    }
  }

  private static boolean isRefused(int port) {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      return false;
    } catch (IOException refused) {
      return true;
    }
  }

  private static boolean isClosed(Socket socket) {
    try {
      socket.setSoTimeout(1);
      return socket.getInputStream().read() < 0;
    } catch (java.net.SocketTimeoutException open) {
      return false;
    } catch (IOException reset) {
      return true;
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host: x\r\nTransfer-Encoding: xchunked\r\n\r\n",
        "Host: x\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Host: x\r\nHost: y\r\nContent-Length: 0\r\n\r\n",
        "Content-Length: 0\r\n\r\n",
        "Host: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
        "Host: x\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
      })
  void nothingBehindARequestThatIsNoneIsDone(String head) throws IOException {
    String first = "POST /api/v4/mqtt/publish HTTP/1.1\r\n" + HostileRequests.CREDENTIALS + head;
    String answer = exchange(first + HIDDEN);
    assertThat(answer).startsWith("HTTP/1.1 400").contains("{\"code\":108,");
    assertThat(answer.split("HTTP/1.1 ", -1)).as("answers").hasSize(2);
    assertThat(running.get().retained().size()).isZero();
  }

  @Test
  void nothingBehindABodyThatIsTooLongIsDone() throws IOException {
    String body = "x".repeat(5 * 1024 * 1024);
    String first =
        "POST /api/v4/mqtt/publish HTTP/1.1\r\nHost: x\r\n"
            + HostileRequests.CREDENTIALS
            + "Content-Length: "
            + body.length()
            + "\r\n\r\n";
    assertThat(exchange(first + body + HIDDEN)).startsWith("HTTP/1.1 413");
    assertThat(running.get().retained().size()).isZero();
  }

  @Test
  void whoStopsHalfwayIsTold() throws IOException {
    String begun =
        "POST /api/v4/mqtt/publish HTTP/1.1\r\nHost: x\r\n" + HostileRequests.CREDENTIALS;
    List<Socket> sockets = new ArrayList<>();
    for (String rest :
        List.of("", "Content-Length: 10\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n5\r\na")) {
      Socket socket = new Socket("127.0.0.1", http.port());
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write((begun + rest).getBytes(StandardCharsets.US_ASCII));
      sockets.add(socket);
    }
    for (Socket socket : sockets) {
      try (socket) {
        assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
            .startsWith("HTTP/1.1 408")
            .contains("{\"code\":108,");
      }
    }
  }

  @Test
  void whoSaysNothingIsClosed() throws IOException {
    assertThat(exchange("")).isEmpty();
  }

  @Test
  void namesThatCallersInventAreNotMeters() throws IOException {
    for (int i = 0; i < 30; i++) {
      exchange("M" + i + " /api/v4/nodes HTTP/1.0\r\n\r\n");
      exchange("GET /api/v4/clients/c" + i + " HTTP/1.0\r\n\r\n");
      exchange("GET /api/v4/invented" + i + " HTTP/1.0\r\n\r\n");
      exchange("GET /other" + i + " HTTP/1.0\r\n\r\n");
    }
    given().get("http://127.0.0.1:" + http.port() + "/api/v4/nodes").then().statusCode(401);
    // A request is counted after it is answered.
    await()
        .untilAsserted(
            () ->
                assertThat(names())
                    .contains("GET /api/v4/nodes", "OTHER /api/v4/nodes", "GET /api/v4/clients"));
    assertThat(names())
        .noneMatch(name -> name.contains("invented") || name.contains("other"))
        .noneMatch(name -> name.matches("M\\d+ .*") || name.matches(".*/c\\d+"));
  }

  private List<String> names() {
    return meters.find("http.server.requests").meters().stream()
        .map(Meter::getId)
        .map(id -> id.getTag("method") + " " + id.getTag("uri"))
        .toList();
  }

  /** Everything that comes back until the other side closes. */
  private String exchange(String request) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", http.port())) {
      socket.setSoTimeout(20_000);
      try {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      } catch (java.net.SocketTimeoutException open) {
        throw open;
      } catch (IOException reset) {
        return "";
      }
    }
  }
}
