package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.model.MqttConf;
import io.nanomq.persistence.DeferredSessionStore;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A store that takes its time: what it has not got is not acknowledged, and nobody waits for it.
 */
@Timeout(60)
class C13DeferredStoreTest {
  private static final byte[] EXPIRES_IN_AN_HOUR = {0x11, 0, 0, 0x0E, 0x10};

  private final DeferredSessionStore store = new DeferredSessionStore(this::loop);
  private final TestBroker broker = TestBroker.start(MqttConf.defaults(), store);

  private Executor loop(int index) {
    return broker.loop(index);
  }

  @BeforeEach
  void commitAtOnce() {
    store.commitFromNowOn();
  }

  @AfterEach
  void stop() {
    store.commitFromNowOn();
    broker.close();
  }

  private void awaitWaiting(int count) {
    TestBroker.soon().until(() -> store.waiting() == count);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void connackWaitsForTheCommitAndPacketsBehindConnectWithIt() {
    store.defer();
    try (RawClient client = broker.raw(4)) {
      client.connect("late", false, 0).send(0xC0, 0);
      awaitWaiting(1);
      assertThat(store.told()).containsExactly("kept late for " + 0xFFFF_FFFFL);
      assertThat(broker.broker().sessions().find("late").isOnline()).isFalse();
      store.commit();
      assertThat(client.receive().type()).isEqualTo(2);
      assertThat(client.receive().type()).isEqualTo(13);
    }
  }

  @Test
  void subackAndUnsubackWaitForTheCommit() {
    try (RawClient client = broker.raw(4).connected("sub", false)) {
      store.defer();
      client.subscribe(7, "a/b", 1);
      awaitWaiting(1);
      client.assertNothingMore();
      store.commit();
      RawPacket suback = client.receive();
      assertThat(suback.type()).isEqualTo(9);
      assertThat(suback.packetId()).isEqualTo(7);
      client.packet(0xA2, new byte[] {0, 8, 0, 3, 'a', '/', 'b'});
      awaitWaiting(1);
      client.assertNothingMore();
      store.commit();
      RawPacket unsuback = client.receive();
      assertThat(unsuback.type()).isEqualTo(11);
      assertThat(unsuback.packetId()).isEqualTo(8);
      assertThat(store.told()).contains("subscribed sub a/b", "unsubscribed sub a/b");
    }
  }

  /** Section 3.8.4 leaves it open, but many clients make nothing of a PUBLISH ahead of it. */
  @Test
  void retainedMessagesFollowTheSubackWhateverElseComesMeanwhile() {
    try (RawClient client = broker.raw(4).connected("replay", false)) {
      client.packet(0x31, bytes("\0\3r/1kept")).subscribe(1, "live", 0).receive(9);
      store.defer();
      client.subscribe(2, "r/#", 0).subscribe(3, "r/1", 0);
      awaitWaiting(2);
      client.publish("live", 0, 0, bytes("now"));
      assertThat(client.receive(3).payload(4)).isEqualTo("now");
      client.assertNothingMore();
      store.commit();
      assertThat(client.receive(9).packetId()).isEqualTo(2);
      assertThat(client.receive(9).packetId()).isEqualTo(3);
      assertThat(client.receive(3).payload(4)).isEqualTo("kept");
      assertThat(client.receive(3).payload(4)).isEqualTo("kept");
      client.packet(0x31, bytes("\0\3r/1"));
    }
  }

  @Test
  void acknowledgementsComeInOrderBatchByBatch() {
    try (RawClient client = broker.raw(5).connected("acks", true)) {
      store.defer();
      client.publish("a", 1, 1, bytes("1"));
      client.publish("a", 2, 2, bytes("2"));
      client.acknowledge(6, 2);
      client.publish("a", 1, 3, bytes("3"));
      client.publish("a", 2, 4, bytes("4"));
      awaitWaiting(5);
      client.assertNothingMore();
      store.commit(2);
      assertThat(client.receive().type()).isEqualTo(4);
      assertThat(client.receive().type()).isEqualTo(5);
      client.assertNothingMore();
      store.commit(2);
      RawPacket pubcomp = client.receive();
      assertThat(pubcomp.type()).isEqualTo(7);
      assertThat(pubcomp.packetId()).isEqualTo(2);
      assertThat(client.receive().packetId()).isEqualTo(3);
      client.assertNothingMore();
      store.commit();
      RawPacket pubrec = client.receive();
      assertThat(pubrec.type()).isEqualTo(5);
      assertThat(pubrec.packetId()).isEqualTo(4);
    }
  }

  @Test
  void whatWaitsCountsAgainstTheReceiveMaximum() {
    try (RawClient client = broker.raw(5).connected("quota", true)) {
      store.defer();
      int most = MqttConf.defaults().queues().receiveMaximum();
      for (int i = 1; i <= most; i++) {
        client.publish("a", 1, i, bytes("x"));
      }
      awaitWaiting(most);
      client.assertNothingMore();
      client.publish("a", 1, most + 1, bytes("one too many"));
      RawPacket disconnect = client.receive();
      assertThat(disconnect.type()).isEqualTo(14);
      assertThat(disconnect.at(0)).isEqualTo(0x93);
      store.commit();
    }
  }

  @Test
  void aConnectionThatIsClosedMeanwhileIsPassedOver() {
    RawClient client = broker.raw(4).connected("gone", false);
    store.defer();
    client.subscribe(2, "b", 1).publish("b", 1, 1, bytes("x"));
    awaitWaiting(2);
    client.reset();
    RawClient halfway = broker.raw(4).connect("half", false, 0);
    awaitWaiting(3);
    halfway.reset();
    broker.awaitConnections(0);
    store.commitFromNowOn();
    try (RawClient next = broker.raw(4).connect("half", false, 0)) {
      RawPacket connack = next.receive();
      assertThat(connack.at(0)).as("session present").isEqualTo(1);
      next.assertNothingMore();
    }
  }

  @Test
  void othersAreServedWhileTheStoreIsBusy() {
    try (RawClient sender = broker.raw(4).connected("sender", true);
        RawClient reader = broker.raw(4).connected("reader", true)) {
      reader.subscribe(1, "q0", 0);
      assertThat(reader.receive().type()).isEqualTo(9);
      store.defer();
      sender.publish("q1", 1, 1, bytes("waits"));
      awaitWaiting(1);
      for (int i = 0; i < 1_000; i++) {
        sender.publish("q0", 0, 0, bytes("passes"));
        assertThat(reader.receive().payload(4)).isEqualTo("passes");
      }
      store.commit();
      assertThat(sender.receive().type()).isEqualTo(4);
    }
  }

  @Test
  void whoConnectsWhileAnotherWaitsForItsConnackTakesOver() {
    takeOverWhileWaiting(false);
  }

  @Test
  void whoConnectsCleanWhileAnotherWaitsForItsConnackTakesOver() {
    takeOverWhileWaiting(true);
  }

  private void takeOverWhileWaiting(boolean clean) {
    store.defer();
    try (RawClient first = broker.raw(4).connect("one", clean, 0)) {
      awaitWaiting(1);
      try (RawClient second = broker.raw(4).connect("one", clean, 0)) {
        awaitWaiting(2);
        store.commitFromNowOn();
        assertThat(second.receive().type()).isEqualTo(2);
        second.subscribe(1, "to/one", 0);
        assertThat(second.receive().type()).isEqualTo(9);
        assertThat(first.isClosedByBroker()).isTrue();
        broker.awaitConnections(1);
        assertThat(broker.broker().sessions().find("one").isOnline()).isTrue();
        second.publish("to/one", 0, 0, bytes("served"));
        assertThat(second.receive().payload(4)).isEqualTo("served");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aStormOfTakeoversLeavesOneSessionThatWorks(boolean clean) throws Exception {
    int threadCount = 10;
    store.defer();
    AtomicBoolean storming = new AtomicBoolean(true);
    ExecutorService threads = Executors.newFixedThreadPool(threadCount + 1);
    try {
      Future<?> disk =
          threads.submit(
              () -> {
                while (storming.get()) {
                  store.commit();
                  LockSupport.parkNanos(100_000);
                }
              });
      List<Future<?>> clients = new ArrayList<>();
      for (int i = 0; i < threadCount; i++) {
        clients.add(threads.submit(() -> storm(clean)));
      }
      for (Future<?> client : clients) {
        client.get(40, TimeUnit.SECONDS);
      }
      broker.awaitConnections(0);
      storming.set(false);
      disk.get(60, TimeUnit.SECONDS);
      store.commitFromNowOn();
      try (RawClient last = broker.raw(4).connect("eye", false, 0)) {
        assertThat(last.receive(2).at(0)).isEqualTo(clean ? 0 : 1);
        last.subscribe(1, "eye", 0).receive(9);
        assertThat(last.publish("eye", 0, 0, bytes("x")).receive(3).payload(4)).isEqualTo("x");
      }
    } finally {
      storming.set(false);
      threads.shutdownNow();
    }
  }

  private void storm(boolean clean) {
    for (int i = 0; i < 40; i++) {
      try (RawClient client = broker.raw(4)) {
        client.hold().connect("eye", clean, 0).publish("storm", 1, 1, bytes("x")).release();
        // Whoever is taken over before its CONNACK is closed without one.
        assertThat(client.receive(2).at(1)).isZero();
        client.receive(4);
      } catch (UncheckedIOException takenOver) {
        // As it goes in a storm.
      }
    }
  }

  @Test
  void theStoreHearsOfTheEndOfEverySessionThatItKept() {
    try (RawClient client = broker.raw(5)) {
      client.connect("brief", true, 0, EXPIRES_IN_AN_HOUR);
      assertThat(client.receive().type()).isEqualTo(2);
      // DISCONNECT with Session Expiry Interval 0.
      client.send(0xE0, 7, 0, 5, 0x11, 0, 0, 0, 0);
      assertThat(client.isClosedByBroker()).isTrue();
    }
    TestBroker.soon().until(() -> broker.broker().sessions().size() == 0);
    assertThat(store.told()).containsExactly("kept brief for 3600", "ended brief");
  }

  @Test
  void theStoreHearsOfASessionThatIsResumedForOneConnectionOnly() {
    try (RawClient client = broker.raw(5)) {
      client.connect("resumed", true, 0, EXPIRES_IN_AN_HOUR);
      assertThat(client.receive().type()).isEqualTo(2);
    }
    try (RawClient client = broker.raw(5).connect("resumed", false, 0)) {
      assertThat(client.receive().at(0)).isEqualTo(1);
    }
    TestBroker.soon().until(() -> broker.broker().sessions().size() == 0);
    assertThat(store.told()).containsExactly("kept resumed for 3600", "ended resumed");
  }

  @Test
  void messagesOfADurableSessionAreKeptUntilTheyAreSettled() {
    try (RawClient client = broker.raw(4).connected("durable", false);
        RawClient publisher = broker.raw(4).connected("publisher", true)) {
      client.subscribe(1, "d", 2);
      assertThat(client.receive().type()).isEqualTo(9);
      publisher.publish("d", 1, 1, bytes("one")).publish("d", 2, 2, bytes("two"));
      RawPacket one = client.receive();
      RawPacket two = client.receive();
      client.acknowledge(4, one.publishId()).acknowledge(5, two.publishId());
      assertThat(client.receive().type()).isEqualTo(6);
      client.acknowledge(7, two.publishId());
      client.assertNothingMore();
      client.publish("elsewhere", 2, 9, bytes("x"));
      assertThat(client.receive().type()).isEqualTo(5);
      client.acknowledge(6, 9);
      assertThat(client.receive().type()).isEqualTo(7);
      assertThat(store.told().stream().filter(entry -> entry.contains(" durable ")))
          .containsExactly(
              "kept durable for " + 0xFFFF_FFFFL,
              "subscribed durable d",
              "queued durable 0 qos 1",
              "sent durable 0 as 1",
              "queued durable 1 qos 2",
              "sent durable 1 as 2",
              "settled durable 0",
              "taken durable 1",
              "settled durable 1",
              "received durable 9",
              "released durable 9");
    }
  }

  @Test
  void whatIsToldRestoresAMessageAsItWasSent() {
    try (RawClient client = broker.raw(5);
        RawClient publisher = broker.raw(5).connected("publisher", true)) {
      client.connect("keeps", true, 0, EXPIRES_IN_AN_HOUR).receive(2);
      client.subscribe(1, "k/#", 1 | 8, new byte[] {0x0B, 7}).receive(9);
      publisher.packet(0x33, new byte[] {0, 3, 'k', '/', 'a', 0, 1, 0, 'x'}).receive(4);
      int id = client.receive(3).publishId();
      client.acknowledge(4, id).assertNothingMore();
      assertThat(store.told())
          .containsSubsequence(
              "queued keeps 0 qos 1 retained for [7]", "sent keeps 0 as " + id, "settled keeps 0");
    }
  }

  @Test
  void pubrelWaitsForTheCommitSinceTheMessageIsNotSentAgainAfterIt() {
    try (RawClient client = broker.raw(4).connected("careful", false);
        RawClient publisher = broker.raw(4).connected("publisher", true)) {
      client.subscribe(1, "c", 2).receive(9);
      publisher.publish("c", 0, 0, bytes("q0")).publish("c", 1, 1, bytes("q1")).receive(4);
      publisher.publish("c", 2, 2, bytes("q2")).receive(5);
      client.receive(3);
      client.acknowledge(4, client.receive(3).publishId());
      RawPacket two = client.receive(3);
      store.defer();
      client.acknowledge(5, two.publishId());
      awaitWaiting(1);
      assertThat(store.told()).endsWith("taken careful 1");
      client.assertNothingMore();
      store.commit();
      assertThat(client.receive(6).packetId()).isEqualTo(two.publishId());
    }
  }

  @Test
  void aQos2MessageCountsOnceAgainstTheReceiveMaximumWhileItsAnswerWaits() {
    try (RawClient client = broker.raw(5).connected("twice", true)) {
      store.defer();
      int most = MqttConf.defaults().queues().receiveMaximum();
      for (int i = 1; i <= most; i++) {
        client.publish("a", 2, i, bytes("x"));
      }
      awaitWaiting(most);
      client.assertNothingMore();
      client.publish("a", 2, most + 1, bytes("one too many"));
      assertThat(client.receive(14).at(0)).isEqualTo(0x93);
      store.commit();
    }
  }
}
