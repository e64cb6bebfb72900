package io.nanomq.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import io.nanomq.FreePort;
import io.quarkus.test.junit.QuarkusTest;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** MQTT and the API take the port that the other leaves. */
@QuarkusTest
class PortSwapTest extends TwoListeners {
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
}
