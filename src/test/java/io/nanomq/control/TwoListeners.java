package io.nanomq.control;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import io.nanomq.FreePort;
import io.nanomq.TestConf;
import io.nanomq.http.HttpListener;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A broker with two listeners and an API that all may move, and clients that notice. */
abstract class TwoListeners {
  static final Duration SOON = Duration.ofSeconds(60);

  @Inject HttpListener http;
  @Inject Reconciler reconciler;
  @Inject RunningBroker running;
  @Inject ConfInputs inputs;

  Path document;
  int tcp;
  int webSocket;

  @BeforeEach
  void twoListeners() throws IOException {
    document = inputs.workingDirectory().resolve("nanomq.conf");
    tcp = FreePort.find();
    webSocket = FreePort.find();
    write(conf(tcp));
    assertThat(restart()).isEqualTo(200);
  }

  @AfterEach
  void asBefore() throws Exception {
    write(TestConf.DOCUMENT);
    reconciler.apply("restart").toCompletableFuture().get(30, TimeUnit.SECONDS);
    await().atMost(SOON).until(() -> running.get().sessions().connectionCount() == 0);
  }

  final String conf(int port) {
    return TestConf.DOCUMENT
        .replace("127.0.0.1:0", "127.0.0.1:" + port)
        .replace(
            "websocket.enable=false",
            "websocket.enable=true\nwebsocket.url=nmq-ws://127.0.0.1:" + webSocket + "/mqtt");
  }

  final void write(String text) throws IOException {
    Path next = Files.writeString(document.resolveSibling("next"), text);
    Files.move(next, document, StandardCopyOption.ATOMIC_MOVE);
  }

  // 127.0.0.2 is served by a socket on all addresses only.
  static boolean reboundAt(int port) {
    return nodes("127.0.0.2", port) == 200;
  }

  final int restart() {
    return given()
        .baseUri("http://127.0.0.1")
        .port(http.port())
        .auth()
        .preemptive()
        .basic("admin", "public")
        .post("/api/v4/ctrl/restart")
        .statusCode();
  }

  static int nodes(String host, int port) {
    return nodes(host, port, "admin", "public");
  }

  static int nodes(String host, int port, String user, String password) {
    return given()
        .baseUri("http://" + host)
        .port(port)
        .auth()
        .preemptive()
        .basic(user, password)
        .get("/api/v4/nodes")
        .statusCode();
  }

  static boolean isRefused(Mqtt5AsyncClient client, String topic) {
    try {
      publish(client, topic, 0);
      return false;
    } catch (CompletionException e) {
      assertThat(e).hasCauseInstanceOf(Mqtt5PubAckException.class);
      return true;
    }
  }

  static void publish(Mqtt5AsyncClient client, String topic, int number) {
    client
        .publishWith()
        .topic(topic)
        .qos(MqttQos.AT_LEAST_ONCE)
        .payload(Integer.toString(number).getBytes(StandardCharsets.UTF_8))
        .send()
        .join();
  }

  static Mqtt5AsyncClient client(String id, int port) {
    return Mqtt5Client.builder()
        .identifier(id)
        .serverHost("127.0.0.1")
        .serverPort(port)
        .buildAsync();
  }

  static Mqtt5AsyncClient connected(String id, int port) {
    Mqtt5AsyncClient client = client(id, port);
    client.connect().join();
    return client;
  }

  static Mqtt5AsyncClient watched(
      String id, int port, CompletableFuture<Mqtt5DisconnectReasonCode> told) {
    Mqtt5AsyncClient client =
        Mqtt5Client.builder()
            .identifier(id)
            .serverHost("127.0.0.1")
            .serverPort(port)
            .addDisconnectedListener(
                gone -> {
                  if (gone.getCause() instanceof Mqtt5DisconnectException e) {
                    told.complete(e.getMqttMessage().getReasonCode());
                  }
                })
            .buildAsync();
    client.connect().join();
    return client;
  }

  final Mqtt5AsyncClient connectedOverWebSocket(String id) {
    Mqtt5AsyncClient client =
        Mqtt5Client.builder()
            .identifier(id)
            .serverHost("127.0.0.1")
            .serverPort(webSocket)
            .webSocketConfig()
            .serverPath("mqtt")
            .applyWebSocketConfig()
            .buildAsync();
    client.connect().join();
    return client;
  }

  static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException inUse) {
      return false;
    }
  }
}
