package io.nanomq.it;

import static io.nanomq.it.BridgePeers.awaitConnected;
import static io.nanomq.it.BridgePeers.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.bridge.BridgeStatus;
import io.nanomq.config.Confs;
import io.nanomq.config.key.value.Transport;
import io.nanomq.config.model.tls.TlsConf;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bridges over TLS and WebSocket, to listeners that ask for certificates. */
@Timeout(60)
class C23BridgeTlsTest {
  @TempDir static Path folder;
  private static TestCertificates certificates;

  private final TestBroker local = TestBroker.start();
  private final TestBroker remote = TestBroker.start();

  @BeforeAll
  static void makeCertificates() {
    certificates = new TestCertificates(folder);
    certificates.issue("server", -1, 30);
    certificates.issue("client", -1, 30);
    certificates.issueFor("other", "EC", "elsewhere.example");
  }

  @AfterEach
  void stop() {
    local.close();
    remote.close();
  }

  private int listen(Transport transport, String alias) {
    TlsConf tls =
        new TlsConf(
            certificates.key(alias).toString(),
            certificates.certificate(alias).toString(),
            certificates.authority().toString(),
            "",
            true,
            true);
    String path = transport.isWebSocket() ? "/mqtt" : "";
    var listener = Confs.listener("bridges", transport, TestBroker.HOST, 0, path, tls);
    remote.broker().listeners().open(listener).toCompletableFuture().join();
    return remote.broker().listeners().port("bridges");
  }

  private void open(String server, String client, String rest) {
    String ssl =
        "ssl { keyfile = \"%s\", certfile = \"%s\", cacertfile = \"%s\"%s }"
            .formatted(
                certificates.key(client),
                certificates.certificate(client),
                certificates.authority(),
                rest);
    local.apply(
        before ->
            BridgePeers.with(
                before,
                "bridges.mqtt.b {\n server = \""
                    + server
                    + "\"\n backoff_min = 1ms\n forwards = [\"n\"]\n"
                    + ssl
                    + "\n}\n"));
  }

  @ParameterizedTest
  @CsvSource({"TLS, tls+mqtt-tcp://localhost", "TLS, mqtts://127.0.0.1", "WSS, wss://localhost"})
  void messagesPassEncrypted(Transport transport, String server) {
    open(server + ":" + listen(transport, "server"), "client", "");
    assertPasses();
  }

  @Test
  void anAddressThatSaysNothingIsEncryptedWhereTheSectionSaysSo() {
    open("mqtt-tcp://localhost:" + listen(Transport.TLS, "server"), "client", ", enable = true");
    assertPasses();
  }

  @Test
  void messagesPassOverWebSocket() {
    open("ws://127.0.0.1:" + remote.webSocketPort() + "/mqtt", "client", "");
    assertPasses();
  }

  private void assertPasses() {
    awaitConnected(local, "b");
    try (RawClient here = local.raw(4).connected("here", true);
        RawClient there = remote.raw(4).connected("there", true)) {
      there.subscribe(1, "n", 1).receive(9);
      byte[] large = new byte[300_000];
      here.publish("n", 1, 1, large).receive(4);
      assertThat(there.receive(3).payload(4)).hasSize(large.length);
    }
  }

  @Test
  void whoIsNotTheOneThatTheAddressNamesIsNotConnectedTo() {
    String server = "mqtts://localhost:" + listen(Transport.TLS, "other");
    open(server, "client", "");
    TestBroker.soon().until(() -> status(local, "b").lastError() != null);
    assertThat(status(local, "b").lastError()).containsIgnoringCase("localhost");
    assertThat(status(local, "b").state()).isNotEqualTo(BridgeStatus.State.CONNECTED);
    open(server, "client", ", verify_peer = false");
    awaitConnected(local, "b");
  }

  @Test
  void whatIsMissingIsTold() {
    open("ws://127.0.0.1:" + remote.webSocketPort() + "/nowhere", "client", "");
    TestBroker.soon().until(() -> status(local, "b").lastError() != null);
    assertThat(status(local, "b").lastError()).contains("404");
  }
}
