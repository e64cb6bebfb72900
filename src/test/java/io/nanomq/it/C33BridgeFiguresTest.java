package io.nanomq.it;

import static io.nanomq.it.BridgePeers.awaitConnected;
import static io.nanomq.it.BridgePeers.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.event.BrokerEvent;
import io.nanomq.event.BrokerEvents;
import io.nanomq.event.NodeName;
import io.nanomq.kubernetes.FlakyLink;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How bridges fare: in their status, as events, and below $SYS. */
@Timeout(60)
class C33BridgeFiguresTest {
  private static final byte[] X = "x".getBytes(StandardCharsets.UTF_8);

  private final TestBroker local = TestBroker.start();
  private final TestBroker remote = TestBroker.start();
  private final FlakyLink link = new FlakyLink(remote.port());

  @AfterEach
  void stop() {
    local.close();
    link.close();
    remote.close();
  }

  private void open() {
    String bridge =
        """
        bridges.mqtt.b {
          server = "mqtt-tcp://127.0.0.1:%d", proto_ver = 5, backoff_min = 1ms, backoff_max = 0s
          forwards = ["n"], subscription = [{ remote_topic = back }]
        }
        """
            .formatted(link.port());
    local.apply(before -> BridgePeers.with(before, bridge));
    awaitConnected(local, "b");
    TestBroker.soon().until(() -> remote.broker().subscriptionCount() == 1);
  }

  private void pass(int out, int in) {
    try (RawClient here = local.raw(4).connected("here", true);
        RawClient there = remote.raw(4).connected("there", true)) {
      for (int i = 1; i <= out; i++) {
        here.publish("n", 1, i, X).receive(4);
      }
      for (int i = 1; i <= in; i++) {
        there.publish("back", 1, i, X).receive(4);
      }
    }
    TestBroker.soon().until(() -> status(local, "b").counts().received() == in);
    TestBroker.soon().until(() -> status(local, "b").inflight() == 0);
  }

  @Test
  void ratesAndCountsAreInTheStatus() {
    open();
    pass(50, 20);
    TestBroker.soon().until(() -> status(local, "b").rates().sent() > 0);
    assertThat(status(local, "b").counts().sent()).isEqualTo(50);
    assertThat(status(local, "b").counts().received()).isEqualTo(20);
    assertThat(status(local, "b").rates().sent()).isBetween(1.0, 50.0);
    assertThat(status(local, "b").rates().received()).isBetween(0.5, 20.0);
  }

  @Test
  void anOutageIsAnEventAndSoIsItsEnd() {
    List<BrokerEvent> told = new CopyOnWriteArrayList<>();
    local
        .broker()
        .events()
        .add(
            new BrokerEvents.Listener() {
              @Override
              public boolean wants(BrokerEvent.Kind kind) {
                return kind == BrokerEvent.Kind.BRIDGE_DOWN || kind == BrokerEvent.Kind.BRIDGE_UP;
              }

              @Override
              public void happened(int loopIndex, BrokerEvent event) {
                told.add(event);
              }
            });
    open();
    link.cut();
    TestBroker.soon().until(() -> told.size() == 1);
    link.restore();
    TestBroker.soon().until(() -> told.size() == 2);
    assertThat(told)
        .allSatisfy(event -> assertThat(((BrokerEvent.Bridged) event).name()).isEqualTo("b"))
        .extracting(BrokerEvent::kind)
        .containsExactly(BrokerEvent.Kind.BRIDGE_DOWN, BrokerEvent.Kind.BRIDGE_UP);
    assertThat(((BrokerEvent.Bridged) told.get(0)).error()).isNotEmpty();
  }

  @Test
  void itIsBelowSys() {
    open();
    pass(5, 3);
    String base = "$SYS/brokers/" + NodeName.of(System.getenv()) + "/bridges/b/";
    try (RawClient watcher = local.raw(4).connected("watcher", true)) {
      watcher.subscribe(1, base + "+", 0).receive(9);
      for (String expected : List.of("connected 1", "queued 0", "reconnects 0")) {
        RawPacket packet = watcher.receive(3);
        assertThat(packet.topic().substring(base.length()) + " " + packet.payload(4))
            .isEqualTo(expected);
      }
    }
  }
}
