package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.memory.MemoryBudgets;
import io.nanomq.metrics.DropReason;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What clients are told who want more than their share, by a broker with 4 MB of heap. */
class C19MemoryTest {
  private static final String DEEP = "/x".repeat(127);
  private static final int CONNACK = 2;
  private static final int PUBACK = 4;
  private static final int SUBACK = 9;
  private static final int UNSUBACK = 11;
  private static final int DISCONNECT = 14;
  private static final byte[] EXPIRES_IN_AN_HOUR = {0x11, 0, 0, 0x0E, 0x10};
  private static final byte[] ALIAS_1 = {0x23, 0, 1};
  private static final byte[] ALIAS_1024 = {0x23, 4, 0};

  private final TestBroker broker = TestBroker.start(new MemoryBudgets(4_000_000, 4_000_000));

  @AfterEach
  void close() {
    broker.close();
  }

  private long drops(DropReason reason) {
    return broker.broker().counters().toCompletableFuture().join().drops(reason);
  }

  private static int subscribe(RawClient client, int version, String filter) {
    return client.subscribe(1, filter, 0).receive(SUBACK).at(version == 5 ? 3 : 2);
  }

  @Test
  void filtersBeyondTheShareOfASessionAreRefused() {
    try (RawClient v5 = broker.raw(5).connected("v5", true);
        RawClient v4 = broker.raw(4).connected("v4", true)) {
      List<Integer> codes = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        codes.add(subscribe(v5, 5, i + DEEP));
      }
      assertThat(codes.subList(0, 5)).containsOnly(0);
      assertThat(codes.subList(15, 20)).containsOnly(0x97);
      assertThat(subscribe(v5, 5, 1 + DEEP)).as("the same once more").isZero();
      codes.clear();
      for (int i = 0; i < 20; i++) {
        codes.add(subscribe(v4, 4, i + "/v4" + DEEP.substring(4)));
      }
      assertThat(codes.subList(15, 20)).containsOnly(0x80);
      assertThat(drops(DropReason.SUBSCRIPTION_LIMIT)).isGreaterThanOrEqualTo(10);
      v5.packet(0xA2, unsubscribe(0 + DEEP)).receive(UNSUBACK);
      assertThat(subscribe(v5, 5, "again" + DEEP)).as("there is room").isZero();
      v4.assertNothingMore();
    }
  }

  private static byte[] unsubscribe(String filter) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(new byte[] {0, 1, 0});
    body.writeBytes(new byte[] {(byte) (filter.length() >> 8), (byte) filter.length()});
    body.writeBytes(filter.getBytes(StandardCharsets.UTF_8));
    return body.toByteArray();
  }

  @Test
  void retainedMessagesBeyondTheShareOfAnAddressAreRefusedAndTheOthersStay() {
    try (RawClient v5 = broker.raw(5).connected("v5", true);
        RawClient reader = broker.raw(5).connected("reader", true)) {
      List<Integer> codes = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        codes.add(retain(v5, i + DEEP));
      }
      assertThat(codes.subList(0, 10)).as("nobody subscribes").containsOnly(0x10);
      assertThat(codes.subList(30, 40)).containsOnly(0x97);
      assertThat(retain(v5, 1 + DEEP)).as("in place of the one before").isEqualTo(0x10);
      assertThat(drops(DropReason.RETAINED_FULL)).isGreaterThanOrEqualTo(10);
      assertThat(subscribe(reader, 5, "1/#")).isZero();
      assertThat(reader.receive(3).topic()).isEqualTo(1 + DEEP);
    }
  }

  private static int retain(RawClient v5, String topic) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(new byte[] {(byte) (topic.length() >> 8), (byte) topic.length()});
    body.writeBytes(topic.getBytes(StandardCharsets.UTF_8));
    body.writeBytes(new byte[] {0, 7, 0, 'p'});
    RawPacket ack = v5.packet(0x33, body.toByteArray()).receive(PUBACK);
    return ack.body().length > 2 ? ack.at(2) : 0;
  }

  @Test
  void whoseAliasesTakeTooMuchIsToldSo() {
    try (RawClient greedy = broker.raw(5).connected("greedy", true);
        RawClient modest = broker.raw(5).connected("modest", true)) {
      greedy.publish("x".repeat(20_000), 0, 0, new byte[0], ALIAS_1);
      assertThat(greedy.receive(DISCONNECT).at(0)).isEqualTo(0x97);
      assertThat(greedy.isClosedByBroker()).isTrue();
      assertThat(drops(DropReason.ALIAS_LIMIT)).isOne();
      modest.publish("x", 0, 0, new byte[0], ALIAS_1).assertNothingMore();
      modest.publish("x", 0, 0, new byte[0], ALIAS_1024).assertNothingMore();
      modest.publish("", 1, 9, new byte[0], ALIAS_1024);
      assertThat(modest.receive(PUBACK).packetId()).isEqualTo(9);
    }
  }

  @Test
  void sessionsThatLastAreRefusedBeyondTheShareOfAnAddressAndThoseThatAreThereComeBack() {
    int refused = 0;
    for (int i = 0; i < 500 && refused == 0; i++) {
      try (RawClient client = broker.raw(5)) {
        refused = client.connect(longId(i), true, 0, EXPIRES_IN_AN_HOUR).receive(CONNACK).at(1);
      }
    }
    assertThat(refused).isEqualTo(0x97);
    broker.awaitConnections(0);
    assertThat(broker.broker().sessions().size()).isBetween(50, 200);
    try (RawClient v4 = broker.raw(4).connect(longId(499), false, 0);
        RawClient back = broker.raw(5).connect(longId(0), false, 0, EXPIRES_IN_AN_HOUR)) {
      assertThat(v4.receive(CONNACK).at(1)).as("server unavailable").isEqualTo(3);
      assertThat(back.receive(CONNACK).at(0)).as("present").isEqualTo(1);
    }
    assertThat(drops(DropReason.SESSION_LIMIT)).isEqualTo(2);
  }

  /** The store knows each as well, which costs more than it does here. */
  @Test
  void whatIsNotReleasedIsCountedWhereverItIsKnown() {
    try (RawClient v4 = broker.raw(4).connected("v4", false)) {
      v4.hold();
      for (int id = 1; id <= 10_000; id++) {
        v4.publish("q", 2, id, new byte[0]);
      }
      v4.release();
      int received = 0;
      while (v4.isAnswered(5)) {
        received++;
      }
      assertThat(received).isBetween(1_000, 9_000);
      assertThat(v4.isClosedByBroker()).isTrue();
    }
  }

  private static String longId(int i) {
    return i + "-".repeat(900);
  }
}
