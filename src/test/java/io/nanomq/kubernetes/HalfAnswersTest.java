package io.nanomq.kubernetes;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An API server that begins an answer and is silent then, or gone. */
@Timeout(60)
class HalfAnswersTest {
  private static final String HALF =
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"kind\":";

  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private ServerSocket server;
  private Vertx vertx;
  private KubernetesClient client;
  private volatile boolean isGone;

  @BeforeEach
  void start() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread acceptor = new Thread(this::accept);
    acceptor.setDaemon(true);
    acceptor.start();
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl("http://127.0.0.1:" + server.getLocalPort())
            .withRequestTimeout(500)
            .withRequestRetryBackoffLimit(0)
            .withWatchReconnectInterval(50)
            .build();
    vertx = Vertx.vertx();
    client =
        new KubernetesClientBuilder()
            .withConfig(config)
            .withHttpClientFactory(WholeAnswers.factory(vertx, 500))
            .withKubernetesSerialization(Manifests.YAML)
            .build();
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        sockets.add(socket);
        socket.getInputStream().read(new byte[8192]);
        socket.getOutputStream().write(HALF.getBytes(StandardCharsets.US_ASCII));
        if (isGone) {
          socket.close();
        }
      }
    } catch (IOException closed) {
      return;
    }
  }

  private ConfigMapConfStore store() {
    return new ConfigMapConfStore(client, ApiServer.NAMESPACE, ApiServer.NAME);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nobodyWaitsForTheRestForGood(boolean gone) {
    isGone = gone;
    assertThatThrownBy(() -> store().read())
        .isInstanceOf(IOException.class)
        .hasMessage(
            "ConfigMap iot/nanomq cannot be read: the API server does not answer"
                + " (its answer does not end)");
    assertThatThrownBy(() -> store().write("1", new byte[0])).isInstanceOf(IOException.class);
  }

  @Test
  void aWatchAsksAgain() {
    ConfigMapWatch watch = store().watch(stored -> {});
    await().until(() -> sockets.size() >= 3);
    watch.close();
  }
}
