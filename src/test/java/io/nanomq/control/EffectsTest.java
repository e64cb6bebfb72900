package io.nanomq.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import io.nanomq.FreePort;
import io.quarkus.test.junit.QuarkusTest;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a restart action does to clients that are connected, effect by effect. */
@QuarkusTest
class EffectsTest extends TwoListeners {
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
    long start = System.nanoTime();
    assertThat(restart()).isEqualTo(200);
    // It came in on the port that is still being left by the old socket, and does not wait for
    // itself.
    assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start)).isLessThan(9);
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
    assertThat(reconciler.running().conf().mqtt().queues().length()).isEqualTo(1024);
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
    await().atMost(SOON).until(() -> reconciler.running().conf().mqtt().queues().length() == 41);
    write(conf(tcp) + "config.apply=auto\nmsq_len=none\n");
    await().atMost(SOON).until(() -> !reconciler.status().history().get(0).isApplied());
    assertThat(reconciler.status().history().get(0).trigger()).isEqualTo("watch");
    write(conf(tcp) + "config.apply=manual\nmsq_len=42\n");
    await().atMost(SOON).until(() -> reconciler.running().conf().mqtt().queues().length() == 42);
    write(conf(tcp) + "msq_len=43\n");
    await()
        .during(Duration.ofSeconds(2))
        .until(() -> reconciler.running().conf().mqtt().queues().length() == 42);
  }
}
