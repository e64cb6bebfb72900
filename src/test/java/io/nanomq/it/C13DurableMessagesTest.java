package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.model.MqttConf;
import io.nanomq.persistence.DeferredSessionStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the store is told of messages that outlive the process, and when they go on. */
@Timeout(60)
class C13DurableMessagesTest {
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
  void aQos2PacketIsReceivedByTheRecordOfItsMessage() {
    try (RawClient client = broker.raw(5)) {
      client.connect("both", true, 0, EXPIRES_IN_AN_HOUR).receive(2);
      client.subscribe(1, "b", 1).receive(9);
      client.publish("b", 2, 9, bytes("x"));
      RawPacket first = client.receive();
      RawPacket second = client.receive();
      assertThat(List.of(first.type(), second.type())).containsExactlyInAnyOrder(3, 5);
      client.acknowledge(6, 9).receive(7);
      assertThat(store.told()).contains("released both 9").doesNotContain("received both 9");
      assertThat(store.toldBesides())
          .anyMatch(line -> line.startsWith("published ") && line.endsWith(" received both 9"));
    }
  }

  @Test
  void aQos2MessageGoesOutToADurableSessionWhenItsPacketIdentifierIsSafe() {
    try (RawClient client = broker.raw(4).connected("durable", false);
        RawClient publisher = broker.raw(4).connected("publisher", true)) {
      client.subscribe(1, "d", 2).receive(9);
      store.defer();
      publisher.publish("d", 1, 1, bytes("one")).publish("d", 2, 2, bytes("two"));
      assertThat(client.receive(3).publishId()).isEqualTo(1);
      TestBroker.soon().until(() -> store.told().contains("sent durable 1 as 2"));
      client.assertNothingMore();
      store.commit();
      assertThat(client.receive(3).publishId()).isEqualTo(2);
    }
  }

  @Test
  void aRetainedMessageIsToldBeforeItIsAcknowledged() {
    try (RawClient client = broker.raw(4).connected("publisher", true)) {
      store.defer();
      client.packet(0x33, new byte[] {0, 1, 'r', 0, 1, 'x'});
      awaitWaiting(1);
      assertThat(store.toldBesides()).contains("retained r version 1");
      client.assertNothingMore();
      store.commit();
      assertThat(client.receive(4).packetId()).isEqualTo(1);
      store.commitFromNowOn();
      client.packet(0x31, new byte[] {0, 1, 'r'});
      client.publish("other", 1, 2, bytes("x")).receive(4);
      assertThat(store.toldBesides()).contains("unretained r version 2");
    }
  }

  @Test
  void whatTheStoreHasNoRoomForIsRefusedAndNothingElse() {
    try (RawClient durable = broker.raw(4).connected("durable", false);
        RawClient publisher = broker.raw(5).connected("publisher", true);
        RawClient older = broker.raw(4).connected("older", true)) {
      durable.subscribe(1, "d", 2).receive(9);
      store.full(true);
      assertThat(publisher.publish("d", 1, 1, bytes("x")).receive(4).at(2)).isEqualTo(0x97);
      assertThat(publisher.publish("d", 2, 2, bytes("x")).receive(5).at(2)).isEqualTo(0x97);
      publisher.packet(0x33, new byte[] {0, 1, 'r', 0, 3, 0, 'x'});
      assertThat(publisher.receive(4).at(2)).isEqualTo(0x97);
      assertThat(publisher.publish("clean", 1, 4, bytes("x")).receive(4).at(2)).isEqualTo(0x10);
      publisher.publish("d", 0, 0, bytes("q0")).publish("clean", 1, 5, bytes("y")).receive(4);
      assertThat(durable.receive(3).payload(4)).isEqualTo("q0");
      older.publish("d", 1, 1, bytes("x"));
      assertThat(older.isClosedByBroker()).isTrue();
      store.full(false);
      assertThat(publisher.publish("d", 1, 6, bytes("x")).receive(4).packetId()).isEqualTo(6);
      durable.receive(3);
      assertThat(store.told().stream().filter(line -> line.startsWith("queued"))).hasSize(1);
    }
  }
}
