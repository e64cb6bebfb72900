package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import io.nanomq.session.ClientSnapshot;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions that outlive their sockets, what waits in them, and what is in flight. */
@Timeout(60)
class C05SessionTest {
  private static byte[] bytes(Object text) {
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] expiry(int seconds) {
    return new byte[] {0x11, 0, 0, 0, (byte) seconds};
  }

  private static ClientSnapshot snapshot(TestBroker broker, String clientId) {
    return broker.broker().sessions().client(clientId).toCompletableFuture().join().get(0);
  }

  private static void publishAll(TestBroker broker, String topic, int qos, int count) {
    try (Hive publisher = Hive.connected(broker, "publisher")) {
      for (int i = 0; i < count; i++) {
        publisher.publish(topic, qos, Integer.toString(i));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"3,false", "4,true"})
  void oldSessionsStayUntilTheyAreCleaned(int version, boolean saysSo) {
    try (TestBroker broker = TestBroker.start()) {
      broker.raw(version).connected("old", false).close();
      try (RawClient back = broker.raw(version).connect("old", false, 0)) {
        assertThat(back.receive(2).at(0) == 1).as("session present").isEqualTo(saysSo);
      }
      try (RawClient clean = broker.raw(version).connect("old", true, 0)) {
        assertThat(clean.receive(2).at(0)).isZero();
      }
      TestBroker.soon().until(() -> broker.broker().sessions().size() == 0);
    }
  }

  @Test
  void aSessionOfMqtt5EndsAfterItsExpiry() {
    try (TestBroker broker = TestBroker.start()) {
      long start = System.nanoTime();
      RawClient client = broker.raw(5).connect("brief", true, 0, expiry(1));
      client.receive(2);
      client.subscribe(1, "b", 1).receive(9);
      client.close();
      TestBroker.soon().until(() -> broker.broker().sessions().size() == 0);
      assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(950));
      assertThat(broker.broker().subscriptionCount()).isZero();
      try (RawClient back = broker.raw(5).connect("brief", false, 0)) {
        assertThat(back.receive(2).at(0)).isZero();
      }
    }
  }

  @Test
  void disconnectChangesTheExpiry() {
    try (TestBroker broker = TestBroker.start()) {
      RawClient ends = broker.raw(5).connect("ends", true, 0, expiry(100));
      ends.receive(2);
      ends.send(0xE0, 7, 0, 5, 0x11, 0, 0, 0, 0);
      assertThat(ends.isClosedByBroker()).isTrue();
      TestBroker.soon().until(() -> broker.broker().sessions().find("ends") == null);
      RawClient longer = broker.raw(5).connect("longer", true, 0, expiry(1));
      longer.receive(2);
      longer.send(0xE0, 7, 0, 5, 0x11, 0, 0, 0, 100);
      assertThat(longer.isClosedByBroker()).isTrue();
      broker.awaitConnections(0);
      assertThat(broker.broker().sessions().find("longer").expirySeconds()).isEqualTo(100);
      RawClient illegal = broker.raw(5).connected("illegal", true);
      illegal.send(0xE0, 7, 0, 5, 0x11, 0, 0, 0, 100);
      assertThat(illegal.receive(14).at(0)).isEqualTo(0x82);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void whatCameMeanwhileIsSentInOrder(int qos) {
    try (TestBroker broker = TestBroker.start()) {
      var builder = Hive.builder(broker, "away");
      var first = builder.buildBlocking();
      first.connectWith().sessionExpiryInterval(100).send();
      first.subscribeWith().topicFilter("q").qos(MqttQos.fromCode(qos)).send();
      first.disconnect();
      publishAll(broker, "q", qos, 500);
      publishAll(broker, "q", 0, 10);
      assertThat(snapshot(broker, "away").queued()).isEqualTo(500);
      try (Hive back = new Hive(builder.buildBlocking())) {
        var connack = back.client().connectWith().cleanStart(false).sessionExpiryInterval(100);
        assertThat(connack.send().isSessionPresent()).isTrue();
        for (int i = 0; i < 500; i++) {
          assertThat(back.next(Integer.toString(i)).getQos().getCode()).isEqualTo(qos);
        }
        back.assertNothingMore();
      }
    }
  }

  @Test
  void aFullQueueDropsTheNewest() {
    try (TestBroker broker = TestBroker.start(Limits.with("queues.length", 10))) {
      RawClient away = broker.raw(4).connected("away", false);
      away.subscribe(1, "q", 1).receive(9);
      away.close();
      broker.awaitConnections(0);
      try (RawClient publisher = broker.raw(4).connected("publisher", true)) {
        for (int i = 0; i < 25; i++) {
          byte[] payload = Integer.toString(i).getBytes(StandardCharsets.UTF_8);
          publisher.publish("q", 1, 1, payload).receive(4);
        }
      }
      try (RawClient back = broker.raw(4).connect("away", false, 0)) {
        back.receive(2);
        for (int i = 0; i < 10; i++) {
          RawPacket publish = back.receive(3);
          assertThat(publish.payload(4)).isEqualTo(Integer.toString(i));
          back.acknowledge(4, publish.publishId());
        }
        back.assertNothingMore();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5})
  void whatWasInFlightIsRepeatedInOrderWithDup(int version) {
    try (TestBroker broker = TestBroker.start()) {
      RawClient first = broker.raw(version).connect("flight", true, 0, expiry(100));
      if (version == 4) {
        // Answered before it goes: it must not take over the one that comes next.
        first.receive(2);
        first.close();
        first = broker.raw(4).connect("flight", false, 0);
      }
      first.receive(2);
      first.subscribe(1, "f", 2).receive(9);
      publishAll(broker, "f", 1, 3);
      publishAll(broker, "f", 2, 3);
      List<Integer> ids = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        RawPacket publish = first.receive(3);
        assertThat(publish.isDup()).isFalse();
        ids.add(publish.publishId());
      }
      first.acknowledge(4, ids.get(1));
      first.acknowledge(5, ids.get(4)).receive(6);
      first.reset();
      broker.awaitConnections(0);
      try (RawClient back = broker.raw(version).connect("flight", false, 0, expiry(100))) {
        assertThat(back.receive(2).at(0)).isEqualTo(1);
        for (int i : new int[] {0, 2, 3, 4, 5}) {
          RawPacket repeated = back.receive();
          assertThat(repeated.type()).isEqualTo(i == 4 ? 6 : 3);
          int id = i == 4 ? repeated.packetId() : repeated.publishId();
          assertThat(id).isEqualTo(ids.get(i));
          assertThat(i == 4 || repeated.isDup()).isTrue();
        }
        back.acknowledge(7, ids.get(4));
        back.assertNothingMore();
        assertThat(snapshot(broker, "flight").inflight()).isEqualTo(4);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void theReceiveMaximumBoundsWhatIsInFlight(int qos) {
    byte[] receiveMaximum3 = {0x21, 0, 3};
    try (TestBroker broker = TestBroker.start();
        RawClient client = broker.raw(5).connect("window", true, 0, receiveMaximum3)) {
      client.receive(2);
      client.subscribe(1, "w", qos).receive(9);
      publishAll(broker, "w", qos, 10);
      List<RawPacket> window = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        window.add(client.receive(3));
      }
      client.assertNothingMore();
      for (int i = 3; i < 10; i++) {
        int id = window.remove(0).publishId();
        if (qos == 1) {
          client.acknowledge(4, id);
        } else {
          client.acknowledge(5, id).receive(6);
          // PUBREC alone makes no room.
          client.assertNothingMore();
          client.acknowledge(7, id);
        }
        RawPacket next = client.receive(3);
        assertThat(next.payload(5)).isEqualTo(Integer.toString(i));
        window.add(next);
        client.assertNothingMore();
      }
    }
  }

  @Test
  void anErrorInPubrecEndsTheDelivery() {
    try (TestBroker broker = TestBroker.start();
        RawClient client = broker.raw(5).connect("rejects", true, 0, new byte[] {0x21, 0, 1})) {
      client.receive(2);
      client.subscribe(1, "w", 2).receive(9);
      publishAll(broker, "w", 2, 2);
      int id = client.receive(3).publishId();
      client.send(0x50, 3, id >> 8, id & 0xFF, 0x97);
      assertThat(client.receive(3).payload(5)).isEqualTo("1");
    }
  }

  @Test
  void whoSendsMoreThanTheReceiveMaximumIsDisconnected() {
    try (TestBroker broker = TestBroker.start(Limits.with("queues.receiveMaximum", 5));
        RawClient client = broker.raw(5).connected("greedy", true)) {
      client.hold();
      for (int i = 1; i <= 6; i++) {
        client.publish("x", 2, i, bytes(i));
      }
      client.release();
      for (int i = 1; i <= 5; i++) {
        assertThat(client.receive(5).packetId()).isEqualTo(i);
      }
      assertThat(client.receive(14).at(0)).isEqualTo(0x93);
    }
  }

  @Test
  void onlyOldClientsAreSentAgainWhatTheyDoNotAcknowledge() {
    try (TestBroker broker = TestBroker.start(Limits.with("queues.retrySeconds", 1));
        RawClient v4 = broker.raw(4).connected("four", true);
        RawClient v3 = broker.raw(3).connected("three", true);
        RawClient v5 = broker.raw(5).connected("five", true)) {
      for (RawClient client : List.of(v3, v4, v5)) {
        client.subscribe(1, "retry", 2).receive(9);
      }
      publishAll(broker, "retry", 1, 1);
      int id = v4.receive(3).publishId();
      assertThat(v3.receive(3).isDup()).isFalse();
      assertThat(v5.receive(3).isDup()).isFalse();
      for (int i = 0; i < 2; i++) {
        RawPacket again = v4.receive(3);
        assertThat(again.isDup()).isTrue();
        assertThat(again.publishId()).isEqualTo(id);
        assertThat(v3.receive(3).isDup()).isTrue();
      }
      v5.assertNothingMore();
      v4.acknowledge(4, id);
      v4.assertNothingMore();
      assertThat(snapshot(broker, "four").inflight()).isZero();
    }
  }

  @Test
  void packetIdentifiersAreUsedAgainWithoutCollision() {
    int messages = 140_000;
    try (Unwatched quick = new Unwatched();
        TestBroker broker = TestBroker.start(Limits.with("queues.length", messages));
        RawClient client = broker.raw(4).connected("ids", true);
        RawClient publisher = broker.raw(4).connected("publisher", true)) {
      client.subscribe(1, "ids", 1).receive(9);
      publisher.hold();
      IntStream.range(0, messages)
          .forEach(i -> publisher.publish("ids", 1, 1 + i % 65_535, bytes(i)));
      Thread writer = new Thread(publisher::release);
      writer.start();
      Thread acknowledged =
          new Thread(() -> IntStream.range(0, messages).forEach(i -> publisher.receive(4)));
      acknowledged.start();
      // One is never acknowledged: its identifier must be passed over.
      int kept = client.receive(3).publishId();
      for (int i = 1; i < messages; i++) {
        RawPacket publish = client.receive(3);
        assertThat(publish.payload(4)).isEqualTo(Integer.toString(i));
        assertThat(publish.publishId()).isNotZero().isNotEqualTo(kept);
        client.acknowledge(4, publish.publishId());
      }
      TestBroker.soon().until(() -> !acknowledged.isAlive() && !writer.isAlive());
      client.assertNothingMore();
    }
  }
}
