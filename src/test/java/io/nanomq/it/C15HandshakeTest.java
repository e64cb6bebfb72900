package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.Confs;
import io.nanomq.config.key.value.Transport;
import io.nanomq.config.model.tls.TlsConf;
import java.nio.file.Path;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What TLS costs before anybody is let in. */
@Timeout(120)
class C15HandshakeTest {
  @TempDir static Path folder;
  private static TestCertificates certificates;

  @BeforeAll
  static void makeCertificates() {
    certificates = new TestCertificates(folder);
    certificates.issue("server", -1, 30);
  }

  private static TestBroker broker() {
    String key = certificates.key("server").toString();
    String certificate = certificates.certificate("server").toString();
    TlsConf tls = new TlsConf(key, certificate, "", "", false, false);
    TestBroker broker = TestBroker.start();
    var listener = Confs.listener("ssl", Transport.TLS, TestBroker.HOST, 0, "", tls);
    broker.broker().listeners().open(listener).toCompletableFuture().join();
    return broker;
  }

  private static SSLSocket open(TestBroker broker, String protocol) {
    int port = broker.broker().listeners().port("ssl");
    return TlsPeer.trusting(certificates.trust()).open(port, null, protocol);
  }

  @Test
  void handshakesAreComputedOnThreadsOfTheirOwn() {
    try (TestBroker broker = broker();
        RawClient client = new RawClient(open(broker, "TLSv1.3"), 4)) {
      client.connected("client", true).assertNothingMore();
      assertThat(Thread.getAllStackTraces().keySet())
          .extracting(Thread::getName)
          .contains("nanomq-tls");
    }
  }

  /** Two milliseconds of the broker's time for thirty bytes, as often as somebody likes. */
  @Test
  void aSecondHandshakeOnOneConnectionIsRefused() throws Exception {
    try (TestBroker broker = broker();
        SSLSocket socket = open(broker, "TLSv1.2");
        RawClient client = new RawClient(socket, 5)) {
      client.connected("client", true);
      socket.startHandshake();
      assertThat(client.isClosedByBroker()).isTrue();
      broker.awaitConnections(0);
    }
  }

  @Test
  void whoConnectsAndSaysNothingKeepsNobodyOut() throws Exception {
    try (TestBroker broker = broker()) {
      int port = broker.broker().listeners().port("ssl");
      var silent = new java.util.ArrayList<java.net.Socket>();
      for (int i = 0; i < 100; i++) {
        silent.add(RawClient.open(TestBroker.HOST, port));
      }
      try (RawClient client = new RawClient(open(broker, "TLSv1.3"), 5)) {
        client.connected("client", true);
      }
      for (java.net.Socket socket : silent) {
        socket.close();
      }
      broker.awaitConnections(0);
    }
  }
}
