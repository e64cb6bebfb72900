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

/**
 * TLS from end to end through a proxy: who is there is held against the name that only the proxy
 * looks up, not against the proxy.
 */
@Timeout(60)
class C31BridgeTlsProxyTest {
  @TempDir static Path folder;
  private static TestCertificates certificates;

  private final TestBroker local = TestBroker.start();
  private final TestBroker remote = TestBroker.start();
  private SmallProxy proxy;

  @BeforeAll
  static void makeCertificates() {
    certificates = new TestCertificates(folder);
    certificates.issueFor("named", "EC", "broker.invalid");
    certificates.issueFor("other", "EC", "elsewhere.invalid");
    certificates.issue("client", -1, 30);
  }

  @AfterEach
  void stop() {
    local.close();
    remote.close();
    proxy.close();
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

  private void open(String server, String type, String ssl) {
    String bridge =
        """
        bridges.mqtt.b {
          server = "%s", forwards = ["n"], backoff_min = 1ms
          proxy { type = %s, host = "127.0.0.1", port = %d, username = u, password = pw }
          ssl { keyfile = "%s", certfile = "%s", cacertfile = "%s"%s }
        }
        """
            .formatted(
                server,
                type,
                proxy.port(),
                certificates.key("client"),
                certificates.certificate("client"),
                certificates.authority(),
                ssl);
    local.apply(before -> BridgePeers.with(before, bridge));
  }

  @ParameterizedTest
  @CsvSource({
    "http, TLS, mqtts://broker.invalid:8883",
    "socks5, TLS, mqtts://broker.invalid:8883",
    "http, WSS, wss://broker.invalid:8883/mqtt",
    "socks5, WSS, wss://broker.invalid:8883/mqtt"
  })
  void messagesPassWithBothCertificates(String type, Transport transport, String server) {
    proxy = new SmallProxy(type.equals("http"), listen(transport, "named"), "u", "pw");
    open(server, type, "");
    awaitConnected(local, "b");
    try (RawClient here = local.raw(4).connected("here", true);
        RawClient there = remote.raw(4).connected("there", true)) {
      there.subscribe(1, "n", 1).receive(9);
      byte[] large = new byte[100_000];
      here.publish("n", 1, 1, large).receive(4);
      assertThat(there.receive(3).payload(4)).hasSize(large.length);
    }
    assertThat(proxy.asked()).containsOnly("broker.invalid:8883");
  }

  @ParameterizedTest
  @CsvSource({"http", "socks5"})
  void aProxyThatLeadsToSomebodyElseIsSeen(String type) {
    proxy = new SmallProxy(type.equals("http"), listen(Transport.TLS, "other"), "u", "pw");
    open("mqtts://broker.invalid:8883", type, "");
    TestBroker.soon().until(() -> status(local, "b").lastError() != null);
    assertThat(status(local, "b").lastError()).contains("broker.invalid");
    assertThat(status(local, "b").state()).isNotEqualTo(BridgeStatus.State.CONNECTED);
    assertThat(status(local, "b").counts().sent()).isZero();
  }

  @Test
  void oneThatSpeaksNoTlsIsTold() {
    proxy = new SmallProxy(true, remote.port(), "u", "pw");
    open("mqtts://broker.invalid:8883", "http", "");
    TestBroker.soon().until(() -> status(local, "b").lastError() != null);
    assertThat(status(local, "b").state()).isNotEqualTo(BridgeStatus.State.CONNECTED);
  }
}
