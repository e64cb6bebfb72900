package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import io.nanomq.config.Confs;
import io.nanomq.config.key.value.Transport;
import io.nanomq.config.model.ListenerConf;
import io.nanomq.config.model.tls.TlsConf;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real handshakes with certificates of an authority that this test makes. */
@Timeout(120)
class C15TlsTest {
  @TempDir static Path folder;
  private static TestCertificates certificates;

  @BeforeAll
  static void makeCertificates() {
    certificates = new TestCertificates(folder);
    certificates.issue("server", -1, 30);
    certificates.issue("renewed", -1, 60);
    certificates.issue("expired", -10, 5);
    certificates.issue("client", -1, 30);
  }

  private static TlsConf tls(String alias, boolean verifyPeer) {
    String authority = verifyPeer ? certificates.authority().toString() : "";
    String key = certificates.key(alias).toString();
    String certificate = certificates.certificate(alias).toString();
    return new TlsConf(key, certificate, authority, "", verifyPeer, verifyPeer);
  }

  private static ListenerConf listener(String name, Transport transport, TlsConf tls) {
    return Confs.listener(
        name, transport, TestBroker.HOST, 0, transport.isWebSocket() ? "/mqtt" : "", tls);
  }

  private static TestBroker brokerWith(ListenerConf listener) {
    TestBroker broker = TestBroker.start();
    broker.broker().listeners().open(listener).toCompletableFuture().join();
    return broker;
  }

  private static Mqtt5BlockingClient client(
      TestBroker broker, String listener, MqttClientSslConfig ssl) {
    var builder =
        Mqtt5Client.builder()
            .serverHost(TestBroker.HOST)
            .serverPort(broker.broker().listeners().port(listener))
            .sslConfig(ssl);
    if (listener.startsWith("wss")) {
      builder.webSocketConfig().serverPath("mqtt").applyWebSocketConfig();
    }
    return builder.buildBlocking();
  }

  private static MqttClientSslConfig trusting() {
    return MqttClientSslConfig.builder().trustManagerFactory(certificates.trust()).build();
  }

  private static void exchange(Mqtt5BlockingClient client) throws InterruptedException {
    client.subscribeWith().topicFilter("tls/#").qos(MqttQos.EXACTLY_ONCE).send();
    try (var received = client.publishes(MqttGlobalPublishFilter.ALL)) {
      byte[] large = new byte[300_000];
      client.publishWith().topic("tls/a").qos(MqttQos.EXACTLY_ONCE).payload(large).send();
      var message = received.receive(10, TimeUnit.SECONDS);
      assertThat(message).isPresent();
      assertThat(message.get().getPayloadAsBytes()).isEqualTo(large);
    }
  }

  @Test
  void messagesPassOverTls() throws Exception {
    try (TestBroker broker = brokerWith(listener("ssl", Transport.TLS, tls("server", false)))) {
      Mqtt5BlockingClient client = client(broker, "ssl", trusting());
      client.connect();
      exchange(client);
      client.disconnect();
    }
  }

  @Test
  void messagesPassOverSecureWebSocket() throws Exception {
    try (TestBroker broker = brokerWith(listener("wss", Transport.WSS, tls("server", false)))) {
      Mqtt5BlockingClient client = client(broker, "wss", trusting());
      client.connect();
      exchange(client);
      client.disconnect();
    }
  }

  @Test
  void clientsWithoutCertificateAreRefusedWhereOneIsAskedFor() throws Exception {
    try (TestBroker broker = brokerWith(listener("ssl", Transport.TLS, tls("server", true)))) {
      assertThatThrownBy(() -> client(broker, "ssl", trusting()).connect())
          .isInstanceOf(RuntimeException.class);
      var known =
          MqttClientSslConfig.builder()
              .trustManagerFactory(certificates.trust())
              .keyManagerFactory(certificates.identity("client"))
              .build();
      Mqtt5BlockingClient client = client(broker, "ssl", known);
      client.connect();
      exchange(client);
      client.disconnect();
    }
  }

  @Test
  void clientsRefuseAnExpiredCertificate() {
    try (TestBroker broker = brokerWith(listener("ssl", Transport.TLS, tls("expired", false)))) {
      assertThatThrownBy(() -> client(broker, "ssl", trusting()).connect())
          .isInstanceOf(RuntimeException.class);
      Awaitility.await().until(() -> broker.broker().sessions().connectionCount() == 0);
    }
  }

  @Test
  void aKeyOfAnotherCertificateOpensNoListener() {
    TlsConf mixed =
        new TlsConf(
            certificates.key("server").toString(),
            certificates.certificate("client").toString(),
            "",
            "",
            false,
            false);
    try (TestBroker broker = TestBroker.start()) {
      var opening = broker.broker().listeners().open(listener("ssl", Transport.TLS, mixed));
      assertThatThrownBy(() -> opening.toCompletableFuture().join())
          .isInstanceOf(CompletionException.class)
          .hasMessageContaining("does not belong to");
    }
  }

  @Test
  void aRenewedCertificateIsUsedAndNobodyIsDropped() throws Exception {
    Path key = folder.resolve("live.key");
    Path certificate = folder.resolve("live.pem");
    install("server", key, certificate);
    TlsConf live = new TlsConf(key.toString(), certificate.toString(), "", "", false, false);
    try (TestBroker broker = brokerWith(listener("ssl", Transport.TLS, live))) {
      Mqtt5BlockingClient client = client(broker, "ssl", trusting());
      client.connect();
      int port = broker.broker().listeners().port("ssl");
      assertThat(subject(port)).isEqualTo("CN=server");
      install("renewed", key, certificate);
      Awaitility.await()
          .atMost(20, TimeUnit.SECONDS)
          .until(() -> "CN=renewed".equals(subject(port)));
      exchange(client);
      client.disconnect();
    }
  }

  private static void install(String alias, Path key, Path certificate) throws IOException {
    Files.copy(certificates.key(alias), key, StandardCopyOption.REPLACE_EXISTING);
    Files.copy(certificates.certificate(alias), certificate, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Whom the server's certificate names. */
  private static String subject(int port) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, certificates.trust().getTrustManagers(), null);
    try (var socket = (SSLSocket) context.getSocketFactory().createSocket(TestBroker.HOST, port)) {
      socket.startHandshake();
      var peer = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      return peer.getSubjectX500Principal().getName();
    }
  }

  @Test
  void aChangedListenerLeavesTheOthersAlone() throws Exception {
    try (TestBroker broker = brokerWith(listener("ssl", Transport.TLS, tls("server", false)));
        RawClient untouched = broker.raw(5).connected("untouched", true)) {
      Mqtt5BlockingClient client = client(broker, "ssl", trusting());
      client.connect();
      var tcp = Confs.listener("tcp", Transport.TCP, TestBroker.HOST, 0, "");
      var ws = Confs.listener("ws", Transport.WS, TestBroker.HOST, 0, "/mqtt");
      var other = listener("ssl", Transport.TLS, tls("renewed", false));
      var move = broker.broker().listeners().move(List.of(tcp, ws, other));
      move.open().thenCompose(done -> move.commit()).toCompletableFuture().join();
      Awaitility.await().until(() -> !client.getState().isConnected());
      assertThat(subject(broker.broker().listeners().port("ssl"))).isEqualTo("CN=renewed");
      untouched.send(0xC0, 0);
      assertThat(untouched.receive().type()).isEqualTo(13);
    }
  }

  @Test
  void whatCannotBeOpenedPutsTheOldListenersBack() throws Exception {
    try (TestBroker broker = brokerWith(listener("ssl", Transport.TLS, tls("server", false)));
        RawClient before = broker.raw(4).connected("before", true)) {
      int port = broker.broker().listeners().port("ssl");
      // The address is that of the test's own plain listener: it cannot be bound twice.
      var taken = Confs.listener("more", Transport.TCP, TestBroker.HOST, broker.port(), "");
      var tcp = Confs.listener("tcp", Transport.TCP, TestBroker.HOST, 0, "");
      var move = broker.broker().listeners().move(List.of(tcp, taken));
      assertThatThrownBy(() -> move.open().toCompletableFuture().join())
          .hasMessageContaining("Cannot listen");
      move.undo().toCompletableFuture().join();
      assertThat(broker.broker().ports()).hasSize(3);
      assertThat(subject(broker.broker().listeners().port("ssl"))).isEqualTo("CN=server");
      before.send(0xC0, 0);
      assertThat(before.receive().type()).isEqualTo(13);
      assertThat(port).isPositive();
    }
  }

  /** Nothing that waits for the end of the handshake holds its socket up: five seconds once. */
  @Test
  void whoGivesUpInTheMiddleOfTheHandshakeIsGoneAtOnce() throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, certificates.trust().getTrustManagers(), null);
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(true);
    engine.setEnabledProtocols(new String[] {"TLSv1.2"});
    ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.wrap(ByteBuffer.allocate(0), hello);
    try (TestBroker broker = brokerWith(listener("ssl", Transport.TLS, tls("server", true)))) {
      int port = broker.broker().listeners().port("ssl");
      // Several: the end has to come while something is computed.
      for (int i = 0; i < 4; i++) {
        try (Socket socket = new Socket(TestBroker.HOST, port)) {
          socket.setSoTimeout(4_000);
          socket.getOutputStream().write(hello.array(), 0, hello.position());
          socket.shutdownOutput();
          assertThat(socket.getInputStream().readAllBytes()).isNotEmpty();
        }
      }
    }
  }
}
