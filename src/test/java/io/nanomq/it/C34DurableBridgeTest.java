package io.nanomq.it;

import static io.nanomq.it.BridgePeers.awaitConnected;
import static io.nanomq.it.BridgePeers.publish;
import static io.nanomq.it.BridgePeers.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.journal.FileDisk;
import io.nanomq.journal.JournalConf;
import io.nanomq.persistence.journal.JournalStores;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a bridge has outlives the process, with another number of loops after each start. */
@Timeout(120)
class C34DurableBridgeTest {
  private static final int SEGMENT = 1 << 20;
  private static final byte[] ONCE = "once".getBytes(StandardCharsets.UTF_8);
  private static final byte[] NEXT = "next".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;

  private final RemotePeer remote = new RemotePeer();

  @AfterEach
  void stop() {
    remote.close();
  }

  private TestBroker start(int loops, String more) throws IOException {
    var conf = new JournalConf(SEGMENT, 1L << 40, 0);
    var stores = new JournalStores(new FileDisk(folder), conf);
    return TestBroker.start(loops, stores, before -> BridgePeers.with(before, bridge(more)));
  }

  private String bridge(String more) {
    return """
        bridges.mqtt.b {
          server = "mqtt-tcp://127.0.0.1:%d", proto_ver = 4, clean_start = false
          backoff_min = 1ms, backoff_max = 20ms
          forwards = [{ remote_topic = "far/#", local_topic = "near/#" }, { remote_topic = "n/#" }]
          %s
        }
        """
        .formatted(remote.port(), more);
  }

  private static void send(TestBroker broker, String topic, int qos, int from, int to) {
    try (RawClient sender = broker.raw(4).connected("sender", true)) {
      publish(sender, topic, qos, from, to, done -> {});
    }
  }

  @Test
  void whatWaitsIsThereAgainInOrderUnderItsTopics() throws Exception {
    TestBroker first = start(2, "");
    send(first, "n/1", 1, 0, 50);
    send(first, "near/1", 2, 50, 100);
    first.leave();
    TestBroker second = start(1, "");
    send(second, "n/1", 1, 100, 110);
    assertThat(status(second, "b").queued()).isEqualTo(110);
    assertThat(second.broker().sessions().size()).as("a bridge is no client").isZero();
    second.leave();
    remote.there();
    try (TestBroker third = start(3, "")) {
      RawClient peer = remote.accept(false).peer();
      List<RawPacket> came = new ArrayList<>();
      while (came.size() < 110) {
        RawPacket packet = peer.receive();
        if (packet.type() == 6) {
          peer.acknowledge(7, packet.packetId());
        } else {
          came.add(packet);
          peer.acknowledge(packet.qos() == 1 ? 4 : 5, packet.publishId());
        }
      }
      for (int i = 0; i < 110; i++) {
        RawPacket message = came.get(i);
        assertThat(message.payload(4)).isEqualTo(Integer.toString(i));
        assertThat(message.topic()).isEqualTo(i >= 50 && i < 100 ? "far/1" : "n/1");
        assertThat(message.isDup()).isFalse();
      }
    }
  }

  @Test
  void whatIsOnItsWayIsSentAgainUnderItsPacketIdentifier() throws Exception {
    remote.there();
    TestBroker first = start(2, "");
    RawClient peer = remote.accept(false).peer();
    awaitConnected(first, "b");
    send(first, "n/1", 2, 0, 3);
    List<RawPacket> sent = List.of(peer.receive(3), peer.receive(3), peer.receive(3));
    // The first is done, the second one there, the third on its way.
    RemotePeer.settle(peer, sent.get(0).publishId());
    peer.acknowledge(5, sent.get(1).publishId()).receive(6);
    TestBroker.soon().until(() -> status(first, "b").inflight() == 2);
    first.leave();
    try (TestBroker second = start(1, "")) {
      RawClient again = remote.accept(true).peer();
      RawPacket release = again.receive();
      assertThat(release.type()).as("PUBREL, no second message").isEqualTo(6);
      assertThat(release.packetId()).isEqualTo(sent.get(1).publishId());
      RawPacket repeated = again.receive(3);
      assertThat(repeated.payload(4)).isEqualTo("2");
      assertThat(repeated.isDup()).isTrue();
      assertThat(repeated.publishId()).isEqualTo(sent.get(2).publishId());
      again.acknowledge(7, release.packetId());
      RemotePeer.settle(again, repeated.publishId());
      TestBroker.soon().until(() -> status(second, "b").inflight() == 0);
    }
  }

  @Test
  void whatWasReceivedAtQosTwoIsNotPublishedAgain() throws Exception {
    remote.there();
    String subscription = "subscription = [{ remote_topic = \"in/#\", qos = 2 }]";
    TestBroker first = start(2, subscription);
    RawClient peer = remote.accept(false).peer();
    peer.receive(8);
    try (RawClient away = first.raw(4).connected("away", false)) {
      away.subscribe(1, "in/#", 2).receive(9);
    }
    peer.publish("in/1", 2, 7, ONCE);
    assertThat(peer.receive(5).packetId()).isEqualTo(7);
    first.leave();
    try (TestBroker second = start(1, subscription)) {
      RawClient again = remote.accept(true).peer();
      again.receive(8);
      again.publish("in/1", 2, 7, ONCE).receive(5);
      again.acknowledge(6, 7).receive(7);
      again.publish("in/1", 1, 8, NEXT).receive(4);
      try (RawClient away = second.raw(4).connect("away", false, 0)) {
        away.receive(2);
        assertThat(away.receive(3).payload(4)).isEqualTo("once");
        assertThat(away.receive(3).payload(4)).isEqualTo("next");
      }
    }
  }

  @Test
  void aBridgeThatIsGoneFromTheConfigurationLeavesNothing() throws Exception {
    TestBroker first = start(2, "");
    send(first, "n/1", 1, 0, 20);
    first.leave();
    var conf = new JournalConf(SEGMENT, 1L << 40, 0);
    var stores = new JournalStores(new FileDisk(folder), conf);
    TestBroker without = TestBroker.start(2, stores);
    TestBroker.soon().until(() -> stores.figures().liveBytes() < 1000);
    without.leave();
    TestBroker again = start(2, "");
    assertThat(status(again, "b").queued()).isZero();
    again.apply(before -> BridgePeers.with(before, ""));
    again.close();
  }

  @Test
  void aClientOfTheNameOfABridgeHasASessionOfItsOwn() throws Exception {
    TestBroker first = start(2, "");
    send(first, "n/1", 1, 0, 5);
    try (RawClient client = first.raw(4).connected("b", false)) {
      client.subscribe(1, "own", 1).receive(9);
    }
    send(first, "own", 1, 5, 6);
    first.leave();
    try (TestBroker second = start(1, "");
        RawClient client = second.raw(4).connect("b", false, 0)) {
      assertThat(client.receive(2).at(0)).as("session present").isEqualTo(1);
      assertThat(client.receive(3).payload(4)).isEqualTo("5");
      client.assertNothingMore();
      assertThat(status(second, "b").queued()).isEqualTo(5);
    }
  }

  @Test
  void connectionsThatAreFewerNowSendWhatTheyHave() throws Exception {
    remote.there();
    TestBroker first = start(2, "max_parallel_processes = 2, clientid = here");
    assertThat(List.of(remote.accept(false).clientId(), remote.accept(false).clientId()))
        .containsExactlyInAnyOrder("here", "here-2");
    awaitConnected(first, "b");
    for (int i = 0; i < 8; i++) {
      send(first, "n/" + i, 1, i, i + 1);
    }
    TestBroker.soon().until(() -> status(first, "b").inflight() == 8);
    first.leave();
    try (TestBroker second = start(1, "max_parallel_processes = 1, clientid = here")) {
      assertThat(List.of(remote.accept(true).clientId(), remote.accept(true).clientId()))
          .containsExactlyInAnyOrder("here", "here-2");
      assertThat(status(second, "b").inflight()).isEqualTo(8);
    }
  }
}
