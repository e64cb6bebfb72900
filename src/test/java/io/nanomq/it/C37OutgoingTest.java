package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.Confs;
import io.nanomq.config.NanomqConf;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where nothing connects to: no name leads there, and nothing that is sent arrives. */
@Timeout(120)
class C37OutgoingTest {
  private static final String ALL =
      """
      listeners.tcp.bind = "127.0.0.1:0"
      outgoing.deny = [DENIED]
      bridges.mqtt.b {
        server = "mqtt-tcp://localhost:BRIDGE", forwards = ["none"], backoff_min = 50ms, backoff_max = 50ms
      }
      webhook { url = "http://localhost:HOOK/hook", events = [{ event = on_message_publish, topic = "#" }] }
      rules.webhook.rules = [{ url = "http://localhost:RULE/rule", sql = "SELECT qos FROM \\"#\\"" }]
      """;

  private static final String AUTH =
      """
      auth {
        allow_anonymous = false
        http_auth.auth_req { url = "http://localhost:AUTH/auth", method = post, params { clientid = "%c" } }
      }
      """;

  private static final String KEYS =
      """
      auth { allow_anonymous = false, jwt.jwks_url = "http://localhost:KEYS/keys" }
      """;

  private static final byte[] NO =
      "HTTP/1.1 400 No\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
          .getBytes(StandardCharsets.UTF_8);

  /** A server that wants nothing, and knows what was said to it. */
  private static final class Refusing implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    private final List<String> said = new CopyOnWriteArrayList<>();
    private final AtomicInteger ended = new AtomicInteger();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    Refusing() throws IOException {
      Thread thread = new Thread(this::meet, "refusing");
      thread.setDaemon(true);
      thread.start();
    }

    private void meet() {
      try {
        while (true) {
          Socket socket = server.accept();
          sockets.add(socket);
          Thread reader = new Thread(() -> read(socket), "refusing-reader");
          reader.setDaemon(true);
          reader.start();
        }
      } catch (IOException closed) {
        return;
      }
    }

    private void read(Socket socket) {
      byte[] bytes = new byte[512];
      try {
        int length = socket.getInputStream().read(bytes);
        ended.incrementAndGet();
        if (length > 0) {
          said.add(new String(bytes, 0, length, StandardCharsets.ISO_8859_1));
          socket.getOutputStream().write(NO);
          socket.shutdownOutput();
          // What is not read would reset the connection, and the answer with it.
          socket.getInputStream().transferTo(OutputStream.nullOutputStream());
          socket.close();
        }
      } catch (IOException closed) {
        return;
      }
    }

    /** Whoever has come has gone. */
    void awaitEnds() {
      TestBroker.soon().until(() -> ended.get() == sockets.size());
    }

    int port() {
      return server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
      server.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  private static NanomqConf conf(String text, String denied) throws Exception {
    return Confs.load(text.replace("DENIED", denied)).conf();
  }

  @Test
  void bridgesWebhooksAndRulesGoNowhereThatIsDenied() throws Exception {
    try (var broker = TestBroker.start();
        var bridge = new Refusing();
        var hook = new Refusing();
        var rule = new Refusing()) {
      String text =
          ALL.replace("BRIDGE", "" + bridge.port())
              .replace("HOOK", "" + hook.port())
              .replace("RULE", "" + rule.port());
      broker.reconfigure(conf(text, "\"127.0.0.0/8\", \"::1\""));
      var integrations = broker.broker().integrations();
      try (RawClient client = broker.raw(4).connected("c", true)) {
        client.publish("a", 1, 1, new byte[] {1}).receive(4);
        TestBroker.soon()
            .untilAsserted(
                () -> {
                  assertThat(integrations.webhooks().figures().error()).contains("outgoing.deny");
                  assertThat(integrations.rules().webFigures().error()).contains("outgoing.deny");
                  assertThat(BridgePeers.status(broker, "b").lastError()).contains("outgoing.deny");
                });
        assertThat(List.of(bridge, hook, rule)).allMatch(peer -> peer.said.isEmpty());
        assertThat(bridge.sockets).isEmpty();

        broker.reconfigure(conf(text, ""));
        client.publish("a", 1, 2, new byte[] {1}).receive(4);
        TestBroker.soon()
            .untilAsserted(
                () -> {
                  assertThat(hook.said).anyMatch(said -> said.startsWith("POST /hook"));
                  assertThat(rule.said).anyMatch(said -> said.startsWith("POST /rule"));
                  assertThat(bridge.said).anyMatch(said -> said.contains("MQTT"));
                });
        // Both messages: a server that goes is waited for.
        TestBroker.soon()
            .until(
                () ->
                    integrations.webhooks().figures().queued() == 0
                        && integrations.rules().webFigures().queued() == 0);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"127.0.0.0/8\", \"::1\"", ""})
  void whoSaysWhoMayComeInIsAskedWhereThatMayBe(String denied) throws Exception {
    String common = ALL.substring(0, ALL.indexOf("bridges"));
    try (var broker = TestBroker.start();
        var keys = new Refusing();
        var auth = new Refusing()) {
      broker.reconfigure(conf(common + AUTH.replace("AUTH", "" + auth.port()), denied));
      try (RawClient client = broker.raw(4).connect("c", "u", "x")) {
        assertThat(client.receive(2).body()[1]).isNotZero();
      }
      broker.reconfigure(conf(common + KEYS.replace("KEYS", "" + keys.port()), denied));
      TestBroker.soon().until(() -> !keys.sockets.isEmpty() && !auth.sockets.isEmpty());
      if (denied.isEmpty()) {
        TestBroker.soon().until(() -> !keys.said.isEmpty());
        assertThat(auth.said).anyMatch(said -> said.startsWith("POST /auth"));
        assertThat(keys.said).anyMatch(said -> said.startsWith("GET /keys"));
      } else {
        auth.awaitEnds();
        keys.awaitEnds();
        assertThat(auth.said).isEmpty();
        assertThat(keys.said).isEmpty();
      }
    }
  }
}
