package io.nanomq.control;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import io.nanomq.FreePort;
import io.nanomq.TestConf;
import io.nanomq.http.HttpListener;
import io.quarkus.test.junit.QuarkusTest;
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
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a restart action does to clients that are connected, effect by effect. */
@QuarkusTest
class EffectsTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  @Inject HttpListener http;
  @Inject Reconciler reconciler;
  @Inject RunningBroker running;
  @Inject ConfInputs inputs;

  private Path document;
  private int tcp;
  private int webSocket;

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

  @Test
  void hotValuesReachSessionsThatExist() throws Exception {
    Mqtt5AsyncClient sleeper = client("sleeper", tcp);
    sleeper.connectWith().sessionExpiryInterval(60).send().join();
    sleeper.subscribeWith().topicFilter("hot/#").qos(MqttQos.AT_LEAST_ONCE).send().join();
    sleeper.disconnect().join();
    write(conf(tcp) + "msq_len=3\n");
    assertThat(restart()).isEqualTo(200);

    Mqtt5AsyncClient sender = connected("sender", tcp);
    for (int i = 0; i < 3; i++) {
      publish(sender, "hot/t", i);
    }
    // The only one who would get more has no room: the publisher hears of it, on another loop once
    // that is known.
    await().atMost(SOON).until(() -> isRefused(sender, "hot/t"));
    ConcurrentLinkedQueue<String> got = new ConcurrentLinkedQueue<>();
    sleeper.publishes(
        MqttGlobalPublishFilter.ALL,
        p -> got.add(new String(p.getPayloadAsBytes(), StandardCharsets.UTF_8)));
    sleeper.connectWith().cleanStart(false).send().join();

    await().atMost(SOON).until(() -> got.size() == 3);
    sleeper.disconnect().join();
    sender.disconnect().join();
  }

  @Test
  void aListenerMovesWhileAnotherOneLosesNothing() throws Exception {
    AtomicInteger received = new AtomicInteger();
    Mqtt5AsyncClient stays = connectedOverWebSocket("stays");
    stays
        .subscribeWith()
        .topicFilter("s/#")
        .qos(MqttQos.AT_LEAST_ONCE)
        .callback(p -> received.incrementAndGet())
        .send()
        .join();
    CompletableFuture<Mqtt5DisconnectReasonCode> told = new CompletableFuture<>();
    Mqtt5AsyncClient leaves = watched("leaves", tcp, told);
    AtomicBoolean go = new AtomicBoolean(true);
    AtomicInteger sent = new AtomicInteger();
    CompletableFuture<Void> traffic =
        CompletableFuture.runAsync(
            () -> {
              while (go.get()) {
                publish(stays, "s/t", sent.incrementAndGet());
              }
            });

    await().atMost(SOON).until(() -> sent.get() > 20);
    int moved = FreePort.find();
    write(conf(moved));
    assertThat(restart()).isEqualTo(200);
    int atMove = sent.get();
    await().atMost(SOON).until(() -> sent.get() > atMove + 20);
    go.set(false);
    traffic.get(10, TimeUnit.SECONDS);

    await().atMost(SOON).until(() -> received.get() == sent.get());
    assertThat(told.get(10, TimeUnit.SECONDS))
        .isEqualTo(Mqtt5DisconnectReasonCode.SERVER_SHUTTING_DOWN);
    assertThat(leaves.getState().isConnected()).isFalse();
    connected("new", moved).disconnect().join();
    stays.disconnect().join();
  }

  @Test
  void theApiMovesAfterItHasAnswered() throws Exception {
    int before = http.port();
    int moved = FreePort.find();
    Mqtt5AsyncClient client = connected("client", tcp);
    write(conf(tcp).replace("http_server.port=0", "http_server.port=" + moved));

    assertThat(restart()).isEqualTo(200);

    assertThat(http.port()).isEqualTo(moved);
    assertThat(nodes("127.0.0.1", moved)).isEqualTo(200);
    await().atMost(SOON).until(() -> isFree(before));
    assertThat(client.getState().isConnected()).isTrue();
    write(
        conf(tcp)
            .replace("http_server.port=0", "http_server.port=" + moved)
            .replace("ip_addr=127.0.0.1", "ip_addr=0.0.0.0"));
    assertThat(restart()).isEqualTo(200);
    await().atMost(SOON).ignoreExceptions().until(() -> reboundAt(moved));
    client.disconnect().join();
    write(conf(tcp));
    assertThat(restart()).isEqualTo(200);
  }

  @Test
  void aPortThatCannotBeBoundPutsEverythingBack() throws Exception {
    CompletableFuture<Mqtt5DisconnectReasonCode> told = new CompletableFuture<>();
    Mqtt5AsyncClient client = watched("client", tcp, told);
    int api = http.port();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      write(
          conf(taken.getLocalPort())
                  .replace("http_server.port=0", "http_server.port=" + FreePort.find())
              + "msq_len=9\n");

      assertThat(restart()).isEqualTo(400);
    }

    assertThat(reconciler.status().history().get(0).outcome().name()).isEqualTo("ROLLED_BACK");
    assertThat(reconciler.running().conf().mqtt().queueLength()).isEqualTo(1024);
    assertThat(http.port()).isEqualTo(api);
    publish(client, "still/there", 1);
    assertThat(told).isNotDone();
    connected("another", tcp).disconnect().join();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      write(
          conf(FreePort.find())
              .replace("http_server.port=0", "http_server.port=" + taken.getLocalPort()));
      assertThat(restart()).isEqualTo(400);
    }
    connected("again", tcp).disconnect().join();
    client.disconnect().join();
  }

  @Test
  void mqttAndTheApiSwapPorts() throws Exception {
    int api = FreePort.find();
    write(conf(tcp).replace("http_server.port=0", "http_server.port=" + api));
    assertThat(restart()).isEqualTo(200);
    CompletableFuture<Mqtt5DisconnectReasonCode> told = new CompletableFuture<>();
    watched("leaves", tcp, told);
    Mqtt5AsyncClient stays = connectedOverWebSocket("stays");

    write(conf(api).replace("http_server.port=0", "http_server.port=" + tcp));
    assertThat(restart()).isEqualTo(200);

    assertThat(told.get(10, TimeUnit.SECONDS))
        .isEqualTo(Mqtt5DisconnectReasonCode.SERVER_SHUTTING_DOWN);
    assertThat(nodes("127.0.0.1", tcp)).isEqualTo(200);
    connected("new", api).disconnect().join();
    write(conf(tcp).replace("http_server.port=0", "http_server.port=" + api));
    assertThat(restart()).isEqualTo(200);
    assertThat(nodes("127.0.0.1", api)).isEqualTo(200);
    connected("new", tcp).disconnect().join();
    publish(stays, "still/there", 1);
    stays.disconnect().join();
  }

  @Test
  void aSwapOfPortsThatFailsPutsBothBack() throws Exception {
    int api = FreePort.find();
    String before = conf(tcp).replace("http_server.port=0", "http_server.port=" + api);
    write(before);
    assertThat(restart()).isEqualTo(200);
    CompletableFuture<Mqtt5DisconnectReasonCode> told = new CompletableFuture<>();
    Mqtt5AsyncClient stays = watched("stays", tcp, told);
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String url = ",nmq-tcp://127.0.0.1:" + taken.getLocalPort();
      write(
          conf(api)
              .replace("http_server.port=0", "http_server.port=" + tcp)
              .replace(":" + api + "\n", ":" + api + url + "\n"));
      assertThat(restart()).isEqualTo(400);
    }

    publish(stays, "still/there", 1);
    connected("new", tcp).disconnect().join();
    await().atMost(SOON).ignoreExceptions().until(() -> nodes("127.0.0.1", api) == 200);
    assertThat(told).isNotDone();
    assertThat(reconciler.status().history().get(0).outcome().name()).isEqualTo("ROLLED_BACK");
    write(before + "msq_len=7\n");
    assertThat(restart()).isEqualTo(200);
    stays.disconnect().join();
  }

  @Test
  void mqttTakesThePortThatTheApiLeaves() throws Exception {
    int api = FreePort.find();
    int moved = FreePort.find();
    write(conf(tcp).replace("http_server.port=0", "http_server.port=" + api));
    assertThat(restart()).isEqualTo(200);
    write(conf(api).replace("http_server.port=0", "http_server.port=" + moved));
    assertThat(restart()).isEqualTo(200);
    connected("new", api).disconnect().join();
    assertThat(nodes("127.0.0.1", moved)).isEqualTo(200);
  }

  @Test
  void theApiTakesThePortThatMqttLeaves() throws Exception {
    int moved = FreePort.find();
    write(conf(moved).replace("http_server.port=0", "http_server.port=" + tcp));
    assertThat(restart()).isEqualTo(200);
    connected("new", moved).disconnect().join();
    assertThat(nodes("127.0.0.1", tcp)).isEqualTo(200);
    write(
        conf(moved)
            .replace("http_server.port=0", "http_server.port=" + tcp)
            .replace("ip_addr=127.0.0.1", "ip_addr=0.0.0.0"));
    assertThat(restart()).isEqualTo(200);
    assertThat(nodes("127.0.0.2", tcp)).isEqualTo(200);
  }

  @Test
  void theCredentialsOfTheApiAreHot() throws Exception {
    write(conf(tcp) + "http_server.username=root\nhttp_server.password=other\n");
    assertThat(restart()).isEqualTo(200);

    assertThat(restart()).isEqualTo(401);
    assertThat(nodes("127.0.0.1", http.port(), "root", "public")).isEqualTo(401);
    assertThat(nodes("127.0.0.1", http.port(), "root", "other")).isEqualTo(200);
  }

  @Test
  void autoAppliesWhatIsStoredByItself() throws Exception {
    write(conf(tcp) + "config.apply=auto\n");
    assertThat(restart()).isEqualTo(200);

    write(conf(tcp) + "config.apply=auto\nmsq_len=41\n");
    await().atMost(SOON).until(() -> reconciler.running().conf().mqtt().queueLength() == 41);
    write(conf(tcp) + "config.apply=auto\nmsq_len=none\n");
    await().atMost(SOON).until(() -> !reconciler.status().history().get(0).isApplied());
    assertThat(reconciler.status().history().get(0).trigger()).isEqualTo("watch");
    write(conf(tcp) + "config.apply=manual\nmsq_len=42\n");
    await().atMost(SOON).until(() -> reconciler.running().conf().mqtt().queueLength() == 42);
    write(conf(tcp) + "msq_len=43\n");
    await()
        .during(Duration.ofSeconds(2))
        .until(() -> reconciler.running().conf().mqtt().queueLength() == 42);
  }

  private String conf(int port) {
    return TestConf.DOCUMENT
        .replace("127.0.0.1:0", "127.0.0.1:" + port)
        .replace(
            "websocket.enable=false",
            "websocket.enable=true\nwebsocket.url=nmq-ws://127.0.0.1:" + webSocket + "/mqtt");
  }

  private void write(String text) throws IOException {
    Path next = Files.writeString(document.resolveSibling("next"), text);
    Files.move(next, document, StandardCopyOption.ATOMIC_MOVE);
  }

  // 127.0.0.2 is served by a socket on all addresses only.
  private static boolean reboundAt(int port) {
    return nodes("127.0.0.2", port) == 200;
  }

  private int restart() {
    return given()
        .baseUri("http://127.0.0.1")
        .port(http.port())
        .auth()
        .preemptive()
        .basic("admin", "public")
        .post("/api/v4/ctrl/restart")
        .statusCode();
  }

  private static int nodes(String host, int port) {
    return nodes(host, port, "admin", "public");
  }

  private static int nodes(String host, int port, String user, String password) {
    return given()
        .baseUri("http://" + host)
        .port(port)
        .auth()
        .preemptive()
        .basic(user, password)
        .get("/api/v4/nodes")
        .statusCode();
  }

  private static boolean isRefused(Mqtt5AsyncClient client, String topic) {
    try {
      publish(client, topic, 0);
      return false;
    } catch (CompletionException e) {
      assertThat(e).hasCauseInstanceOf(Mqtt5PubAckException.class);
      return true;
    }
  }

  private static void publish(Mqtt5AsyncClient client, String topic, int number) {
    client
        .publishWith()
        .topic(topic)
        .qos(MqttQos.AT_LEAST_ONCE)
        .payload(Integer.toString(number).getBytes(StandardCharsets.UTF_8))
        .send()
        .join();
  }

  private static Mqtt5AsyncClient client(String id, int port) {
    return Mqtt5Client.builder()
        .identifier(id)
        .serverHost("127.0.0.1")
        .serverPort(port)
        .buildAsync();
  }

  private static Mqtt5AsyncClient connected(String id, int port) {
    Mqtt5AsyncClient client = client(id, port);
    client.connect().join();
    return client;
  }

  private static Mqtt5AsyncClient watched(
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

  private Mqtt5AsyncClient connectedOverWebSocket(String id) {
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

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException inUse) {
      return false;
    }
  }
}
