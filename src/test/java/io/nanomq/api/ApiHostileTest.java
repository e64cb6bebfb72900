package io.nanomq.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import io.nanomq.Soak;
import io.nanomq.TestConf;
import io.nanomq.api.json.ResultCode;
import io.nanomq.authn.LoginGuard;
import io.nanomq.control.ConfInputs;
import io.nanomq.control.Reconciler;
import io.nanomq.control.RunningBroker;
import io.nanomq.http.HttpListener;
import io.nanomq.it.RawHttp;
import io.netty.buffer.PooledByteBufAllocator;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever comes in through the API's socket is answered by what was asked or by a 4xx, or its
 * connection is closed; all of it in a bounded time and memory, while the devices are served.
 */
@QuarkusTest
@Timeout(180)
class ApiHostileTest {
  private static final int ANSWER_MILLIS = 30_000;
  private static final int RANDOM_REQUESTS = Soak.times(200);

  /** Against stalls that do not end: a slow machine may take its time. */
  private static final long MAX_PUBLISH_MILLIS = 20_000;

  private static final long MAX_GROWTH_BYTES = 64L * 1024 * 1024;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Of requests, and of what comes before one. */
  private static final List<String> BEGINNINGS =
      List.of(
          "",
          "GET /api/v4/nodes HTTP/1.1\r\nHost: x\r\n",
          "POST /api/v4/mqtt/publish HTTP/1.1\r\nHost: x\r\n"
              + HostileRequests.CREDENTIALS
              + "Content-Length: 100000\r\n\r\n",
          "POST /api/v4/mqtt/publish HTTP/1.1\r\nHost: x\r\n"
              + HostileRequests.CREDENTIALS
              + "Transfer-Encoding: chunked\r\n\r\nfffff\r\n");

  @Inject HttpListener http;
  @Inject RunningBroker running;
  @Inject LoginGuard logins;
  @Inject Reconciler reconciler;
  @Inject ConfInputs inputs;

  private Mqtt5BlockingClient device;
  private long slowestMillis;

  @BeforeEach
  void device() {
    device =
        Mqtt5Client.builder()
            .identifier("device")
            .serverHost("127.0.0.1")
            .serverPort(running.get().ports().get(0))
            .buildBlocking();
    device.connect();
  }

  @AfterEach
  void asBefore() throws Exception {
    device.disconnect();
    logins.forget("127.0.0.1");
    Files.writeString(inputs.workingDirectory().resolve("nanomq.conf"), TestConf.DOCUMENT);
    reconciler.apply("restart").toCompletableFuture().get();
  }

  @Test
  void whatHasBrokenOthers() throws IOException {
    long before = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
    for (Map.Entry<String, byte[]> request : HostileRequests.all().entrySet()) {
      ask(request.getKey(), request.getValue());
    }
    assertThat(PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory() - before)
        .isLessThan(MAX_GROWTH_BYTES);
    assertThat(slowestMillis).isLessThan(MAX_PUBLISH_MILLIS);
  }

  @Tag("slow")
  @Test
  void whatNobodyThoughtOf() throws IOException {
    long seed = Long.getLong("nanomq.seed", System.nanoTime());
    var requests = new RandomRequests(seed);
    for (int i = 0; i < RANDOM_REQUESTS; i++) {
      byte[] request = requests.next();
      ask("-Dnanomq.seed=" + seed + " request " + i + ": " + text(request), request);
    }
    assertThat(slowestMillis).isLessThan(MAX_PUBLISH_MILLIS);
  }

  private static String text(byte[] request) {
    return new String(request, StandardCharsets.ISO_8859_1);
  }

  private void ask(String name, byte[] request) throws IOException {
    RawHttp.Answer answer = RawHttp.refusal(http.port(), request, ANSWER_MILLIS);
    logins.forget("127.0.0.1");

    assertThat(answer.timedOut()).as(name).isFalse();
    boolean closed = answer.status() == 0;
    assertThat(closed || answer.status() / 100 == 2 || answer.status() / 100 == 4)
        .as("%s: %s", name, answer.status())
        .isTrue();
    if (answer.status() >= 400 && !text(request).startsWith("HEAD")) {
      assertThatTheErrorIsTold(name, answer);
    }
    publish();
  }

  private static void assertThatTheErrorIsTold(String name, RawHttp.Answer answer)
      throws IOException {
    assertThat(answer.header("Content-Type")).as(name).contains("application/json");
    assertThat(answer.body().length).as(name).isLessThan(64 * 1024);
    JsonNode error = JSON.readTree(answer.body());
    assertThat(Arrays.stream(ResultCode.values()).map(ResultCode::code))
        .as(name)
        .contains(error.path("code").asInt());
    assertThat(error.path("code").asInt()).as(name).isPositive();
    assertThat(error.path("message").asText()).as(name).isNotBlank();
  }

  private void publish() {
    long start = System.nanoTime();
    device.publishWith().topic("device/is/served").qos(MqttQos.AT_LEAST_ONCE).send();
    slowestMillis =
        Math.max(slowestMillis, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
  }

  /** Each byte is soon enough for an idle timeout, and all of them are not. */
  @Test
  void whoTricklesIsClosed() throws Exception {
    List<Socket> trickling = new ArrayList<>();
    for (String beginning : BEGINNINGS) {
      Socket socket = new Socket("127.0.0.1", http.port());
      socket.setSoTimeout(50);
      socket.getOutputStream().write(beginning.getBytes(StandardCharsets.US_ASCII));
      trickling.add(socket);
    }
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!trickling.isEmpty() && System.nanoTime() < end) {
      trickling.removeIf(ApiHostileTest::trickle);
      publish();
    }
    assertThat(trickling).isEmpty();
    assertThat(slowestMillis).isLessThan(MAX_PUBLISH_MILLIS);
  }

  /** One byte more; whether the other side has closed. */
  private static boolean trickle(Socket socket) {
    try {
      socket.getOutputStream().write('a');
      return socket.getInputStream().read() < 0;
    } catch (java.net.SocketTimeoutException stillOpen) {
      return false;
    } catch (IOException closed) {
      return true;
    }
  }

  @Test
  void oneByteAtATimeIsAnsweredAllTheSame() throws Exception {
    String request =
        "GET /api/v4/nodes HTTP/1.1\r\nHost: x\r\n" + HostileRequests.CREDENTIALS + "\r\n";
    try (Socket socket = new Socket("127.0.0.1", http.port())) {
      socket.setTcpNoDelay(true);
      for (byte b : request.getBytes(StandardCharsets.US_ASCII)) {
        socket.getOutputStream().write(b);
      }
      assertThat(socket.getInputStream().readNBytes(15)).asString().isEqualTo("HTTP/1.1 200 OK");
    }
  }

  @Test
  void whoWaitsToBeAskedForItsBodyIsAsked() throws Exception {
    String head =
        "POST /api/v4/mqtt/publish HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
            + HostileRequests.CREDENTIALS
            + "Content-Length: 25\r\n\r\n";
    try (Socket socket = new Socket("127.0.0.1", http.port())) {
      socket.setSoTimeout(ANSWER_MILLIS);
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      assertThat(socket.getInputStream().readNBytes(25))
          .asString()
          .isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
      socket
          .getOutputStream()
          .write("{\"topic\":\"a\",\"payload\":1}".getBytes(StandardCharsets.US_ASCII));
      assertThat(socket.getInputStream().readNBytes(12)).asString().isEqualTo("HTTP/1.1 400");
    }
  }

  /** The framework finds resources by a path that it has cleaned, which needs credentials too. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/%61pi/v4/nodes",
        "//api/v4/nodes",
        "/x/../api/v4/nodes",
        "/./api/v4/nodes",
        "/api;x/v4/nodes",
        "/api/v4;x/nodes",
        "/api/%76%34/nodes",
        "/api/v4%2Fnodes",
        "http://x//api/v4/nodes",
      })
  void noOtherSpellingOfAPathLeadsIn(String target) throws IOException {
    for (String method : List.of("GET", "POST", "HEAD")) {
      String request = method + " " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
      var answer =
          RawHttp.refusal(http.port(), request.getBytes(StandardCharsets.US_ASCII), ANSWER_MILLIS);
      assertThat(answer.status()).as(request).isEqualTo(404);
    }
  }

  /** What fills several reads of the socket comes in whole. */
  @ParameterizedTest
  @ValueSource(ints = {8_000, 10_215, 12_000, 70_000, 1_000_000})
  void longBodiesComeInWhole(int length) throws IOException {
    String body = "{\"topic\":\"long\",\"payload\":\"" + "x".repeat(length) + "\"}";
    String request =
        "POST /api/v4/mqtt/publish HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            + HostileRequests.CREDENTIALS
            + "Content-Length: "
            + body.length()
            + "\r\n\r\n"
            + body;
    var answer =
        RawHttp.exchange(http.port(), request.getBytes(StandardCharsets.US_ASCII), ANSWER_MILLIS);
    assertThat(answer.text()).isEqualTo("{\"code\":0}");
  }
}
