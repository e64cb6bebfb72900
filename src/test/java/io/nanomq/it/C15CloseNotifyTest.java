package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.Confs;
import io.nanomq.config.key.value.Transport;
import io.nanomq.config.model.tls.TlsConf;
import java.nio.file.Path;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A client of TLS that says that it sends nothing more, and leaves its socket open. */
@Timeout(120)
class C15CloseNotifyTest {
  @TempDir static Path folder;
  private static TestCertificates certificates;

  @BeforeAll
  static void makeCertificates() {
    certificates = new TestCertificates(folder);
    certificates.issue("server", -1, 30);
  }

  private static int open(TestBroker broker) {
    String key = certificates.key("server").toString();
    String certificate = certificates.certificate("server").toString();
    var tls = new TlsConf(key, certificate, "", "", false, false);
    var listener = Confs.listener("ssl", Transport.TLS, TestBroker.HOST, 0, "", tls);
    broker.broker().listeners().open(listener).toCompletableFuture().join();
    return broker.broker().listeners().port("ssl");
  }

  /** What it has sent before counts, and so does whether DISCONNECT was part of it. */
  @ParameterizedTest
  @CsvSource({"TLSv1.2, true", "TLSv1.2, false", "TLSv1.3, true", "TLSv1.3, false"})
  void whatCameBeforeIsDoneAndTheConnectionEnds(String protocol, boolean disconnects)
      throws Exception {
    try (TestBroker broker = TestBroker.start();
        RawClient other = broker.raw(4).connected("other", true)) {
      other.subscribe(1, "said/#", 1).receive(9);
      SSLSocket socket = TlsPeer.trusting(certificates.trust()).open(open(broker), null, protocol);
      try (RawClient client = new RawClient(socket, 4)) {
        client.connect("half", true, new byte[0], new RawClient.Will("said/will", "gone"));
        client.receive(2);
        for (int id = 1; id <= 3; id++) {
          client.publish("said/a", 1, id, new byte[1]);
        }
        if (disconnects) {
          client.send(0xE0, 0);
        }
        socket.shutdownOutput();
        for (int id = 1; id <= 3; id++) {
          other.receive(3);
        }
        if (!disconnects) {
          other.receive(3);
        }
        // TLS 1.2 ends both ways at once, whatever is on its way [RFC 5246, 7.2.1].
        for (int id = 1; id <= 3 && protocol.equals("TLSv1.3"); id++) {
          client.receive(4);
        }
        broker.awaitConnections(1);
        assertThat(client.isClosedByBroker()).isTrue();
        other.send(0xC0, 0).receive(13);
        other.assertNothingMore();
      }
    }
  }
}
