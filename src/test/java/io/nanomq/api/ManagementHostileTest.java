package io.nanomq.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nanomq.api.route.ApiRoutes;
import io.nanomq.http.ManagementListener;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Strangers on the port of health and metrics. */
@QuarkusTest
@Timeout(60)
class ManagementHostileTest {
  private static final String HEALTH = "GET /q/health/live HTTP/1.1\r\nHost: x\r\n";

  private static final List<String> ODD =
      List.of(
          "GET /q/%zz HTTP/1.1\r\nHost: x\r\n",
          "GET /q/%00 HTTP/1.1\r\nHost: x\r\n",
          "GET /q/health/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: x\r\n",
          "GET /q/../../etc/passwd HTTP/1.1\r\nHost: x\r\n",
          "GET //q//health HTTP/1.1\r\nHost: x\r\n",
          "GET /q/health?%zz=%ff HTTP/1.1\r\nHost: x\r\n",
          "GET http://[::x]/q/health HTTP/1.1\r\nHost: x\r\n",
          "GET /q/metrics HTTP/1.1\r\nHost: x\r\nAccept: ;;q=x,,/\r\n",
          "GET /q/metrics HTTP/1.1\r\nHost: x\r\nAccept-Encoding: \u0001\r\n",
          "GET /q/health HTTP/1.1\r\nHost: x\r\nCookie: =;=;\u007f\r\n",
          "GET /q/health HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: ::::\r\nForwarded: for=\"\r\n",
          "GET /q/health HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n",
          "GET /q/health HTTP/1.1\r\nHost: \r\n",
          "GET /q/health HTTP/9.9\r\nHost: x\r\n",
          "POST /q/health HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n",
          "TRACE /q/health HTTP/1.1\r\nHost: x\r\n",
          "OPTIONS * HTTP/1.1\r\nHost: x\r\n",
          "NONSENSE\r\n",
          "\u0000\u0001\u0002\r\n");

  @Inject ManagementListener listener;
  @Inject LiveConf live;

  @AfterEach
  void asBefore() throws Exception {
    live.apply("");
  }

  /** All at once: who is answered with an error is listened to for a second more. */
  @Test
  void nothingThatTheySendIsAnErrorOfOurs() throws IOException {
    Map<String, CompletableFuture<String>> answers = new LinkedHashMap<>();
    for (String request : ODD) {
      answers.put(request, later(request + "Connection: close\r\n\r\n"));
    }
    answers.forEach(
        (request, answer) ->
            assertThat(answer.join())
                .as(request)
                .matches("(?s)HTTP/1.[01] [234].*")
                .doesNotContain("Exception")
                .doesNotContain("\tat "));
    assertThat(exchange(HEALTH + "Connection: close\r\n\r\n")).startsWith("HTTP/1.1 200");
  }

  @Test
  void tooMuchOfARequestIsRefused() throws IOException {
    assertThat(exchange("GET /q/" + "x".repeat(9000) + " HTTP/1.1\r\nHost: x\r\n\r\n"))
        .contains(" 414 ");
    assertThat(exchange(HEALTH + "X: " + "x".repeat(9000) + "\r\n\r\n")).contains(" 431 ");
  }

  @Test
  void thereIsNoHttp2() throws IOException {
    assertThat(exchange("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")).startsWith("HTTP/1.1 400");
    String upgrade =
        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n";
    try (Socket socket = connect()) {
      send(socket, HEALTH + upgrade + "\r\n");
      byte[] start = socket.getInputStream().readNBytes(12);
      assertThat(new String(start, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 200");
    }
  }

  @Test
  void whoSaysNothingOrStopsHalfwayIsClosed() {
    CompletableFuture<String> nothing = later("");
    CompletableFuture<String> half = later(HEALTH);
    CompletableFuture<String> halfABody = later(HEALTH + "Content-Length: 5\r\n\r\nab");
    assertThat(nothing.join()).isEmpty();
    assertThat(half.join()).startsWith("HTTP/1.1 408");
    assertThat(halfABody.join()).startsWith("HTTP/1.1 ");
  }

  @Test
  void moreThanThereMayBeAreClosedAtOnceAndTheApiHasItsOwnCount() throws Exception {
    // More than what earlier tests may have left open at the API.
    live.apply("http_server.max_connections=500\n");
    long before = listener.refused();
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 502; i++) {
        sockets.add(connect());
      }
      await().until(() -> listener.refused() >= before + 2);
      live.admin().get(ApiRoutes.ROOT + "/nodes").then().statusCode(200);
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
    await().until(() -> exchange(HEALTH + "Connection: close\r\n\r\n").contains("200 OK"));
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket("127.0.0.1", listener.port());
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static void send(Socket socket, String request) throws IOException {
    socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** The same on a thread of its own. */
  private CompletableFuture<String> later(String request) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return exchange(request);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        task -> new Thread(task).start());
  }

  /** Everything that comes back until the other side closes. */
  private String exchange(String request) throws IOException {
    try (Socket socket = connect()) {
      try {
        send(socket, request);
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      } catch (SocketTimeoutException open) {
        throw open;
      } catch (IOException reset) {
        return "";
      }
    }
  }
}
