package io.nanomq.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.backend.WebPeer;
import io.nanomq.bridge.BridgeStatus;
import io.nanomq.config.Confs;
import io.nanomq.config.key.value.Transport;
import io.nanomq.config.model.tls.TlsConf;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannelConfig;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Keys of bridges, webhooks and rules, as the other side of each sees them. */
@Timeout(120)
class C40OutwardKeysTest {
  private static final int PUBACK = 4;
  private static final byte[] CONNACK = {0x20, 3, 0, 0, 0};

  @TempDir Path folder;
  private final TestBroker broker = TestBroker.start();

  @AfterEach
  void close() {
    broker.close();
  }

  private void apply(String text) throws Exception {
    broker.reconfigure(Confs.load(text + "\n").conf());
  }

  private static ServerSocket listen() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  /** The variable header of a CONNECT, of MQTT 3.1.1 and 5. */
  private record Connect(int version, int flags, int keepAlive, byte[] rest) {
    static Connect of(Socket peer) throws IOException {
      DataInputStream in = new DataInputStream(peer.getInputStream());
      assertThat(in.read()).isEqualTo(0x10);
      byte[] rest = new byte[in.read() - 10];
      assertThat(in.readUTF()).isEqualTo("MQTT");
      Connect connect =
          new Connect(in.readUnsignedByte(), in.readUnsignedByte(), in.readUnsignedShort(), rest);
      in.readFully(rest);
      return connect;
    }
  }

  /** tcp.nodelay, tcp.quickack, tcp.keepidle, tcp.keepintvl, tcp.keepcnt, max_recv_queue_len. */
  @Test
  void aBridgesSocketHasTheOptionsAndItsConnectTheReceiveMaximum() throws Exception {
    try (ServerSocket remote = listen()) {
      apply(
          """
          bridges.mqtt.b {
            server = "mqtt-tcp://127.0.0.1:%d", proto_ver = 5, max_recv_queue_len = 77
            tcp { nodelay = false, quickack = true, keepidle = 70s, keepintvl = 7s, keepcnt = 4 }
          }
          """
              .formatted(remote.getLocalPort()));
      try (Socket peer = remote.accept()) {
        assertThat(Connect.of(peer).rest()).containsSequence(0x21, 0, 77);
        var options = broker.socketTo(remote.getLocalPort()).config();
        assertThat(options.getOption(ChannelOption.TCP_NODELAY)).isFalse();
        if (options instanceof EpollSocketChannelConfig) {
          assertThat(options.getOption(EpollChannelOption.TCP_KEEPIDLE)).isEqualTo(70);
          assertThat(options.getOption(EpollChannelOption.TCP_KEEPINTVL)).isEqualTo(7);
          assertThat(options.getOption(EpollChannelOption.TCP_KEEPCNT)).isEqualTo(4);
          assertThat(options.getOption(EpollChannelOption.TCP_QUICKACK)).isTrue();
        }
      }
    }
  }

  @Test
  void whatWaitsForTheOtherBrokerIsBoundInBytes() throws Exception {
    try (ServerSocket remote = listen()) {
      apply(
          """
          bridges.mqtt.b {
            server = "mqtt-tcp://127.0.0.1:%d", forwards = ["n"], max_send_queue_size = 10KB
            queue_full = drop_oldest
          }
          """
              .formatted(remote.getLocalPort()));
      try (RawClient client = broker.raw(4).connected("c", true)) {
        for (int i = 1; i <= 20; i++) {
          client.publish("n", 1, i, new byte[1024]).receive(PUBACK);
        }
      }
      BridgeStatus status = BridgePeers.status(broker, "b");
      assertThat(status.counts().dropped()).isBetween(10L, 15L);
      assertThat(status.queued()).isBetween(5, 10);
    }
  }

  @Test
  void aKeyOfABridgeThatNeedsAPasswordIsRead() throws Exception {
    TestCertificates certificates = certificates();
    TlsConf tls =
        new TlsConf(
            certificates.key("one").toString(),
            certificates.certificate("one").toString(),
            certificates.authority().toString(),
            "",
            true,
            true);
    String text =
        """
        bridges.mqtt.b {
          server = "mqtts://localhost:%d", backoff_min = 1ms, forwards = ["n"]
          ssl { keyfile = "%s", key_password = PASSWORD, certfile = "%s", cacertfile = "%s" }
        }
        """;
    try (TestBroker remote = TestBroker.start()) {
      var listener = Confs.listener("tls", Transport.TLS, TestBroker.HOST, 0, "", tls);
      remote.broker().listeners().open(listener).toCompletableFuture().join();
      text =
          text.formatted(
              remote.broker().listeners().port("tls"),
              certificates.encryptedKey("one", "topsecret"),
              certificates.certificate("one"),
              certificates.authority());
      apply(text.replace("PASSWORD", "wrong"));
      TestBroker.soon().until(() -> BridgePeers.status(broker, "b").lastError() != null);
      assertThat(BridgePeers.status(broker, "b").state())
          .isNotEqualTo(BridgeStatus.State.CONNECTED);
      apply(text.replace("PASSWORD", "topsecret"));
      BridgePeers.awaitConnected(broker, "b");
      apply("mqtt.max_mqueue_len = 1024");
    }
  }

  private TestCertificates certificates() {
    TestCertificates certificates = new TestCertificates(folder);
    certificates.issue("one", -1, 30);
    return certificates;
  }

  /** webhook.ssl.keyfile and webhook.ssl.key_password. */
  @Test
  void aWebServerIsShownTheCertificateOfTheWebhook() throws Exception {
    TestCertificates certificates = certificates();
    HttpServerOptions strict =
        new HttpServerOptions()
            .setSsl(true)
            .setKeyCertOptions(KeyCertOptions.wrap(certificates.identity("one")))
            .setClientAuth(ClientAuth.REQUIRED)
            .setTrustOptions(TrustOptions.wrap(certificates.trust().getTrustManagers()[0]));
    try (WebPeer peer = new WebPeer(WebPeer.says(200), strict);
        RawClient client = broker.raw(4).connected("c", true)) {
      apply(
          """
          webhook {
            url = "%s", events = [{ event = on_message_publish, topic = "t" }]
            ssl { keyfile = "%s", key_password = topsecret, certfile = "%s", cacertfile = "%s" }
          }
          """
              .formatted(
                  peer.url("/hook"),
                  certificates.encryptedKey("one", "topsecret"),
                  certificates.certificate("one"),
                  certificates.authority()));
      client.publish("t", 1, 1, "hi".getBytes(UTF_8)).receive(PUBACK);
      TestBroker.soon().until(() -> !peer.asked().isEmpty());
      assertThat(peer.asked().peek()).startsWith("POST /hook ").contains("\"hi\"");
    }
  }

  /** rules.repub: proto_ver, keepalive and clean_start of the connection to another broker. */
  @Test
  void aRuleConnectsAsItIsTold() throws Exception {
    try (ServerSocket remote = listen()) {
      apply(
          """
          rules.repub.rules = [{
            server = "mqtt-tcp://127.0.0.1:%d", topic = out, sql = "SELECT * FROM 'in'"
            proto_ver = 5, keepalive = 77s, clean_start = false, clientid = rule
          }]
          """
              .formatted(remote.getLocalPort()));
      try (Socket peer = remote.accept()) {
        Connect connect = Connect.of(peer);
        peer.getOutputStream().write(CONNACK);
        assertThat(connect.version()).isEqualTo(5);
        assertThat(connect.keepAlive()).isEqualTo(77);
        assertThat(connect.flags() & 2).as("clean start").isZero();
      }
    }
  }

  /** rule_option, and that of one kind. */
  @Test
  void rulesAreOffAllOrThoseOfOneKind() throws Exception {
    String rule = "rule.repub.1.topic=out\nrule.event.publish.1.sql=SELECT payload FROM \"in\"\n";
    try (RawClient client = broker.raw(4).connected("c", true)) {
      client.subscribe(1, "#", 0).receive(9);
      for (String option : new String[] {"rule_option=OFF\n", "rule_option.repub=disable\n", ""}) {
        apply(option + rule);
        client.publish("in", 0, 0, "x".getBytes(UTF_8));
        assertThat(client.receive(3).topic()).isEqualTo("in");
        if (option.isEmpty()) {
          assertThat(client.receive(3).payload(4)).isEqualTo("{\"payload\":\"x\"}");
        }
      }
      client.assertNothingMore();
    }
  }
}
