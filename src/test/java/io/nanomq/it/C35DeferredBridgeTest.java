package io.nanomq.it;

import static io.nanomq.it.BridgePeers.awaitConnected;
import static io.nanomq.it.BridgePeers.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.model.MqttConf;
import io.nanomq.persistence.DeferredSessionStore;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a bridge says to the other broker waits for a store that takes its time. */
@Timeout(60)
class C35DeferredBridgeTest {
  private final DeferredSessionStore store = new DeferredSessionStore(this::loop);
  private final TestBroker broker = TestBroker.start(MqttConf.defaults(), store);
  private final RemotePeer remote = new RemotePeer();
  private RawClient peer;

  private Executor loop(int index) {
    return broker.loop(index);
  }

  @BeforeEach
  void connect() throws Exception {
    store.commitFromNowOn();
    remote.there();
    String bridge =
        """
        bridges.mqtt.b {
          server = "mqtt-tcp://127.0.0.1:%d", proto_ver = 4, clean_start = false
          backoff_min = 1ms, backoff_max = 20ms
          forwards = [{ remote_topic = out }], subscription = [{ remote_topic = in }]
        }
        """
            .formatted(remote.port());
    broker.apply(before -> BridgePeers.with(before, bridge));
    peer = accept(false);
    try (RawClient away = broker.raw(4).connected("away", false)) {
      away.subscribe(1, "in", 2).receive(9);
    }
  }

  private RawClient accept(boolean sessionPresent) throws Exception {
    RawClient accepted = remote.accept(sessionPresent).peer();
    accepted.receive(8);
    awaitConnected(broker, "b");
    return accepted;
  }

  @AfterEach
  void stop() {
    store.full(false);
    store.commitFromNowOn();
    remote.close();
    broker.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void awaitInflight(int count) {
    TestBroker.soon().until(() -> status(broker, "b").inflight() == count);
  }

  @Test
  void aMessageOfQosTwoGoesOutWhenItsPacketIdentifierIsSafeAndThoseBehindItWithIt() {
    try (RawClient sender = broker.raw(4).connected("sender", true)) {
      store.defer();
      sender.publish("out", 1, 1, bytes("1"));
      assertThat(peer.receive(3).payload(4)).as("QoS 1 waits for nobody").isEqualTo("1");
      sender.publish("out", 2, 2, bytes("2")).publish("out", 1, 3, bytes("3"));
      sender.publish("out", 0, 0, bytes("4")).publish("out", 2, 4, bytes("5"));
      TestBroker.soon().until(() -> status(broker, "b").queued() == 2);
      assertThat(status(broker, "b").inflight()).isEqualTo(3);
      assertThat(status(broker, "b").counts().sent()).isEqualTo(1);
      store.commitFromNowOn();
      for (int i = 2; i <= 5; i++) {
        RawPacket message = peer.receive(3);
        assertThat(message.payload(4)).isEqualTo("" + i);
        assertThat(message.isDup()).isFalse();
      }
    }
  }

  @Test
  void whatNeverWentOutIsNoRepetitionOnTheNextConnection() throws Exception {
    try (RawClient sender = broker.raw(4).connected("sender", true)) {
      store.defer();
      sender.publish("out", 2, 1, bytes("1"));
      awaitInflight(1);
      peer.close();
      peer = accept(true);
      assertThat(status(broker, "b").counts().sent()).isZero();
      store.commitFromNowOn();
      RawPacket message = peer.receive(3);
      assertThat(message.payload(4)).isEqualTo("1");
      assertThat(message.isDup()).isFalse();
    }
  }

  @Test
  void pubrelWaitsForTheCommit() throws Exception {
    try (RawClient sender = broker.raw(4).connected("sender", true)) {
      sender.publish("out", 2, 1, bytes("1"));
      int id = peer.receive(3).publishId();
      sender.receive(5);
      store.defer();
      peer.acknowledge(5, id);
      TestBroker.soon().until(() -> store.waiting() == 1);
      assertThat(peer.socket().getInputStream().available()).isZero();
      assertThat(store.told()).last().asString().startsWith("taken ");
      store.commitFromNowOn();
      assertThat(peer.receive(6).packetId()).isEqualTo(id);
      peer.acknowledge(7, id);
      awaitInflight(0);
    }
  }

  @Test
  void whatCameIsAcknowledgedWhenItIsSafe() throws Exception {
    store.defer();
    peer.publish("in", 1, 1, bytes("1")).publish("in", 2, 2, bytes("2"));
    TestBroker.soon().until(() -> status(broker, "b").counts().received() == 2);
    assertThat(store.waiting()).isEqualTo(2);
    assertThat(peer.socket().getInputStream().available()).isZero();
    store.commit();
    assertThat(peer.receive(4).packetId()).isEqualTo(1);
    assertThat(peer.receive(5).packetId()).isEqualTo(2);
    peer.acknowledge(6, 2);
    TestBroker.soon().until(() -> store.waiting() == 1);
    store.commit();
    peer.receive(7);
  }

  /** The other broker keeps it meanwhile, and what goes the other way is not held up. */
  @Test
  void whatTheStoreHasNoRoomForIsTakenOnTheNextConnection() throws Exception {
    store.full(true);
    peer.publish("in", 1, 1, bytes("1")).publish("in", 1, 2, bytes("2"));
    try (RawClient sender = broker.raw(4).connected("sender", true)) {
      sender.publish("out", 0, 0, bytes("goes on"));
      assertThat(peer.receive(3).payload(4)).isEqualTo("goes on");
    }
    assertThat(status(broker, "b").counts().received()).isZero();
    store.full(false);
    peer = accept(true);
    peer.publish("in", 1, 1, bytes("1")).receive(4);
    peer.publish("in", 1, 2, bytes("2")).receive(4);
    assertThat(status(broker, "b").counts().received()).isEqualTo(2);
  }
}
