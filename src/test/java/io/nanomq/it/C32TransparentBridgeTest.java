package io.nanomq.it;

import static io.nanomq.it.BridgePeers.awaitConnected;
import static io.nanomq.it.BridgePeers.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.Copy;
import io.nanomq.kubernetes.FlakyLink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients here subscribe to is subscribed to on the other broker. */
@Timeout(60)
class C32TransparentBridgeTest {
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

  private void open(int version, String rest) {
    String bridge =
        """
        bridges.mqtt.b {
          server = "mqtt-tcp://127.0.0.1:%d", proto_ver = %d, clientid = b, clean_start = false
          backoff_min = 1ms, backoff_max = 0s
          %s
        }
        """
            .formatted(link.port(), version, rest);
    local.apply(before -> BridgePeers.with(before, bridge));
    awaitConnected(local, "b");
  }

  private void awaitFilters(int count) {
    TestBroker.soon().until(() -> remote.broker().subscriptionCount() == count);
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5})
  void theyComeAndGoWithTheLastWhoHasThem(int version) {
    try (RawClient early = local.raw(4).connected("early", true);
        RawClient watcher = local.raw(4).connected("watcher", true);
        RawClient there = remote.raw(4).connected("there", true)) {
      early.subscribe(1, "a/+", 1).receive(9);
      watcher.subscribe(1, "$SYS/#", 1).receive(9);
      open(version, "transparent = true");
      awaitFilters(1);
      there.publish("a/1", 1, 1, X).receive(4);
      assertThat(early.receive(3).topic()).isEqualTo("a/1");
      try (RawClient late = local.raw(4).connected("late", true)) {
        late.subscribe(1, "a/+", 0).receive(9);
        late.subscribe(2, "$share/g/s/#", 0).receive(9);
        awaitFilters(2);
        there.publish("s/1", 0, 0, X);
        assertThat(late.receive(3).topic()).isEqualTo("s/1");
        early.unsubscribe(3, "a/+").receive(11);
        there.publish("a/2", 0, 0, X);
        assertThat(late.receive(3).topic()).isEqualTo("a/2");
        assertThat(remote.broker().subscriptionCount()).isEqualTo(2);
      }
      awaitFilters(0);
    }
    open(version, "");
    assertThat(status(local, "b").counts().received()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5})
  void manyAreAskedForOneAfterTheOtherAndAgainAfterACut(int version) throws IOException {
    open(version, "transparent = true, forwards = [\"#\"]");
    try (RawClient client = local.raw(4).connected("c", true)) {
      for (int i = 0; i < 250; i++) {
        client.subscribe(i + 1, "f/" + i, 0).receive(9);
      }
      awaitFilters(250);
      link.cut();
      client.unsubscribe(300, "f/7").receive(11);
      client.subscribe(301, "g", 0).receive(9);
      client.subscribe(302, "h", 0).receive(9);
      link.restore();
      awaitFilters(251);
      // What the bridge forwards is no client's, and does not come back.
      client.publish("g", 1, 1, X).receive();
      open(version, "forwards = [\"#\"]");
    }
    awaitFilters(0);
    assertThat(status(local, "b").lastError()).doesNotContain("subscription");
  }

  @Test
  void whatIsRefusedThereIsToldAndNotAskedForAgain() throws Exception {
    remote.apply(before -> Copy.of(before, "mqtt", BridgePeers.mqtt("mqtt.max_topic_levels = 2")));
    open(5, "transparent = true");
    try (RawClient client = local.raw(4).connected("c", true)) {
      client.subscribe(1, "a/b/c/d", 0).receive(9);
      client.subscribe(2, "a/b", 0).receive(9);
      awaitFilters(1);
    }
    assertThat(status(local, "b").lastError()).contains("refused the subscription of a/b/c/d");
    awaitFilters(0);
    assertThat(status(local, "b").counts().reconnects()).isZero();
  }
}
