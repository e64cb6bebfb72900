package io.nanomq.it;

import static io.nanomq.it.BridgePeers.awaitConnected;
import static io.nanomq.it.BridgePeers.publish;
import static io.nanomq.it.BridgePeers.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.Confs;
import io.nanomq.config.model.MqttConf;
import io.nanomq.it.BridgePeers.Subscriber;
import io.nanomq.kubernetes.FlakyLink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several connections of a bridge, and servers of which the first one is preferred. */
@Timeout(120)
class C30BridgeHabitsTest {
  private final TestBroker local = TestBroker.start(roomy());
  private final TestBroker remote = TestBroker.start(roomy());
  private final FlakyLink link = new FlakyLink(remote.port());

  private static MqttConf roomy() {
    try {
      return Confs.load("mqtt.max_mqueue_len = 100000").conf().mqtt();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @AfterEach
  void stop() {
    local.close();
    link.close();
    remote.close();
  }

  private void open(String rest) {
    String bridge =
        """
        bridges.mqtt.b {
          server = "mqtt-tcp://127.0.0.1:%d", proto_ver = 5, clientid = b, clean_start = false
          backoff_min = 1ms, backoff_max = 0s, max_send_queue_len = 100000
          forwards = [{ local_topic = "n/#" }]
          %s
        }
        """
            .formatted(link.port(), rest);
    local.apply(before -> BridgePeers.with(before, bridge));
  }

  private void cut() {
    try {
      link.endConnections();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitRemoteConnections(int count) {
    TestBroker.soon().until(() -> remote.broker().sessions().connectionCount() == count);
  }

  private List<Subscriber> subscribers(int topics) {
    List<Subscriber> all = new ArrayList<>();
    for (int i = 0; i < topics; i++) {
      all.add(new Subscriber(remote.raw(4).connected("s" + i, true), "n/" + i));
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void connectionsShareTheTopicsAndEachKeepsItsOrder(int qos) {
    int topics = 8;
    int count = 400;
    open("max_parallel_processes = 3, subscription = [{ remote_topic = back, qos = 1 }]");
    awaitConnected(local, "b");
    awaitRemoteConnections(3);
    assertThat(remote.broker().sessions().find("b-3")).isNotNull();
    TestBroker.soon().until(() -> remote.broker().subscriptionCount() == 1);
    List<Subscriber> subscribers = subscribers(topics);
    List<Integer> all = IntStream.range(0, count).boxed().toList();
    try (RawClient publisher = local.raw(4).connected("publisher", true)) {
      for (int from = 0; from < count; from += 100) {
        for (int topic = 0; topic < topics; topic++) {
          publish(publisher, "n/" + topic, qos, from, from + 100, done -> {});
        }
        cut();
      }
    }
    for (Subscriber subscriber : subscribers) {
      subscriber.awaitNumber(count - 1);
      assertThat(qos == 2 ? subscriber.numbers() : subscriber.distinct()).isEqualTo(all);
      subscriber.close();
    }
    assertThat(status(local, "b").counts().reconnects()).isPositive();
    assertThat(status(local, "b").counts().dropped()).isZero();
  }

  @Test
  void fewerOfThemSendFirstWhatTheyHave() {
    open("max_parallel_processes = 4");
    awaitConnected(local, "b");
    awaitRemoteConnections(4);
    List<Subscriber> subscribers = subscribers(8);
    link.cut();
    try (RawClient publisher = local.raw(4).connected("publisher", true)) {
      for (int topic = 0; topic < 8; topic++) {
        publish(publisher, "n/" + topic, 1, 0, 100, done -> {});
      }
    }
    open("max_parallel_processes = 1");
    assertThat(status(local, "b").queued() + status(local, "b").inflight()).isEqualTo(800);
    link.restore();
    for (Subscriber subscriber : subscribers) {
      subscriber.awaitNumber(99);
      assertThat(subscriber.distinct()).isEqualTo(IntStream.range(0, 100).boxed().toList());
      subscriber.close();
    }
    awaitRemoteConnections(1);
    assertThat(status(local, "b").state()).isEqualTo(io.nanomq.bridge.BridgeStatus.State.CONNECTED);
  }

  @Test
  void theirQueuesAreBoundedTogether() {
    link.cut();
    open("max_parallel_processes = 4\n max_send_queue_len = 10\n queue_full = drop_oldest");
    try (RawClient publisher = local.raw(4).connected("publisher", true)) {
      for (int topic = 0; topic < 8; topic++) {
        publish(publisher, "n/" + topic, 1, 0, 5, done -> {});
      }
    }
    assertThat(status(local, "b").queued()).isEqualTo(10);
    assertThat(status(local, "b").counts().dropped()).isEqualTo(30);
  }

  @Test
  void theFirstServerIsGoneBackTo() {
    try (TestBroker second = TestBroker.start()) {
      String first = "mqtt-tcp://127.0.0.1:" + link.port();
      link.cut();
      open(
          "hybrid_bridging = true, hybrid_servers = [\"mqtt-tcp://127.0.0.1:"
              + second.port()
              + "\"]");
      awaitConnected(local, "b");
      assertThat(status(local, "b").server()).endsWith(":" + second.port());
      try (RawClient publisher = local.raw(4).connected("publisher", true);
          Subscriber there = new Subscriber(remote.raw(4).connected("s", true), "n/1");
          Subscriber elsewhere = new Subscriber(second.raw(4).connected("s", true), "n/1")) {
        publish(publisher, "n/1", 1, 0, 100, done -> {});
        elsewhere.awaitNumber(99);
        link.restore();
        TestBroker.soon().until(() -> status(local, "b").server().equals(first));
        publish(publisher, "n/1", 1, 100, 200, done -> {});
        there.awaitNumber(199);
        assertThat(there.distinct()).isEqualTo(IntStream.range(100, 200).boxed().toList());
        TestBroker.soon().until(() -> second.broker().sessions().connectionCount() == 1);
      }
    }
  }
}
