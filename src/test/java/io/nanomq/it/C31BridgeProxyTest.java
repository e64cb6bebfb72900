package io.nanomq.it;

import static io.nanomq.it.BridgePeers.awaitConnected;
import static io.nanomq.it.BridgePeers.status;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bridges through a proxy, which alone knows where the other broker is. */
@Timeout(60)
class C31BridgeProxyTest {
  private static final byte[] X = "x".getBytes(StandardCharsets.UTF_8);

  private final TestBroker local = TestBroker.start();
  private final TestBroker remote = TestBroker.start();
  private SmallProxy proxy;

  @AfterEach
  void stop() {
    local.close();
    remote.close();
    proxy.close();
  }

  private void open(String server, String type, String rest) {
    String bridge =
        """
        bridges.mqtt.b {
          server = "%s", forwards = ["n"], backoff_min = 1ms
          proxy { type = %s, host = "127.0.0.1", port = %d %s }
        }
        """
            .formatted(server, type, proxy.port(), rest);
    local.apply(before -> BridgePeers.with(before, bridge));
  }

  private void assertPasses() {
    awaitConnected(local, "b");
    try (RawClient here = local.raw(4).connected("here", true);
        RawClient there = remote.raw(4).connected("there", true)) {
      there.subscribe(1, "n", 1).receive(9);
      here.publish("n", 1, 1, X).receive(4);
      assertThat(there.receive(3).payload(4)).isEqualTo("x");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "socks5"})
  void theProxyLooksTheNameUp(String type) {
    proxy = new SmallProxy(type.equals("http"), remote.port(), "", "");
    open("mqtt-tcp://broker.invalid:1883", type, "");
    assertPasses();
    assertThat(proxy.asked()).containsExactly("broker.invalid:1883");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "socks5"})
  void aWebSocketGoesThroughItToo(String type) {
    proxy = new SmallProxy(type.equals("http"), remote.webSocketPort(), "", "");
    open("ws://broker.invalid:80/mqtt", type, "");
    assertPasses();
  }

  @ParameterizedTest
  @CsvSource({"http, 407", "socks5, authStatus: "})
  void itMayAskForAUser(String type, String refusal) {
    proxy = new SmallProxy(type.equals("http"), remote.port(), "u", "pw");
    open("mqtt-tcp://broker.invalid", type, ", username = u, password = other");
    TestBroker.soon().until(() -> status(local, "b").lastError() != null);
    assertThat(status(local, "b").lastError()).contains(refusal).doesNotContain("other");
    open("mqtt-tcp://broker.invalid", type, ", username = u, password = pw");
    assertPasses();
  }

  @Test
  void aProxyThatIsNotThereIsTold() {
    proxy = new SmallProxy(true, remote.port(), "", "");
    proxy.close();
    open("mqtt-tcp://127.0.0.1:" + remote.port(), "http", "");
    TestBroker.soon().until(() -> status(local, "b").lastError() != null);
    assertThat(status(local, "b").lastError()).contains("Connection refused");
    assertThat(status(local, "b").counts().sent()).isZero();
  }
}
