package io.nanomq.it;

import static io.nanomq.it.TestBroker.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.metrics.DropReason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an acknowledgement promises, and what queues say. One loop, so that nothing is unknown. */
@Timeout(120)
class C17DeliveryTest {
  private static final int QUEUE = 10;
  private static final int RECEIVE_MAXIMUM = 5;

  private static final byte[] HOUR = {0x11, 0, 0, 0x0E, 0x10};
  private static final byte[] MINUTE_TO_LIVE = {0x02, 0, 0, 0, 60};

  /** Maximum Packet Size 100. */
  private static final byte[] SMALL_PACKETS = {0x27, 0, 0, 0, 100};

  private final AtomicLong aheadMillis = new AtomicLong();
  private final TestBroker broker =
      TestBroker.start(
          1,
          Limits.with("queues.length", QUEUE, "queues.receiveMaximum", RECEIVE_MAXIMUM),
          aheadMillis::get);

  @AfterEach
  void stop() {
    broker.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private RawClient connected(String clientId, boolean clean, byte[] properties) {
    RawClient client = broker.raw(5).connect(clientId, clean, 0, properties);
    assertThat(client.receive(2).at(1)).isZero();
    return client;
  }

  /** A session that waits for its client. */
  private void absent(String clientId, String filter) {
    try (RawClient client = connected(clientId, false, HOUR)) {
      client.subscribe(1, filter, 1).receive(9);
      client.send(0xE0, 0);
    }
    soon().until(() -> !broker.broker().sessions().find(clientId).isOnline());
  }

  private static int reason(RawPacket acknowledgement) {
    return acknowledgement.body().length > 2 ? acknowledgement.at(2) : 0;
  }

  private long drops(DropReason reason) {
    return broker.broker().counters().toCompletableFuture().join().drops(reason);
  }

  @Test
  void aPublisherHearsWhereNobodyHadRoom() {
    absent("full", "t");
    try (RawClient publisher = connected("publisher", true, new byte[0])) {
      for (int i = 0; i < QUEUE; i++) {
        assertThat(reason(publisher.publish("t", 1, 1, bytes("x")).receive(4))).isZero();
      }
      assertThat(reason(publisher.publish("t", 1, 1, bytes("x")).receive(4))).isEqualTo(0x97);
      assertThat(reason(publisher.publish("t", 2, 2, bytes("x")).receive(5))).isEqualTo(0x97);
      // The identifier is free again: nothing waits for a PUBREL.
      assertThat(reason(publisher.publish("u", 2, 2, bytes("x")).receive(5))).isEqualTo(0x10);
      absent("other", "t");
      assertThat(reason(publisher.publish("t", 1, 1, bytes("x")).receive(4))).isZero();
      assertThat(drops(DropReason.QUEUE_FULL)).isEqualTo(3);
    }
  }

  @Test
  void aPublisherOfMqtt311IsAcknowledgedAndTheLossCounted() {
    absent("full", "t");
    try (RawClient publisher = broker.raw(4).connected("publisher", true)) {
      for (int i = 0; i <= QUEUE; i++) {
        assertThat(publisher.publish("t", 1, 1, bytes("x")).receive(4).body()).hasSize(2);
      }
      assertThat(drops(DropReason.QUEUE_FULL)).isEqualTo(1);
    }
  }

  @Test
  void expiredMessagesTakeNobodysPlace() {
    absent("c", "t");
    try (RawClient publisher = connected("publisher", true, new byte[0])) {
      for (int i = 0; i < QUEUE; i++) {
        publisher.publish("t", 1, 1, bytes("old"), MINUTE_TO_LIVE).receive(4);
      }
      assertThat(reason(publisher.publish("t", 1, 1, bytes("fresh")).receive(4))).isEqualTo(0x97);
      aheadMillis.set(61_000);
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> reason(publisher.publish("t", 1, 1, bytes("fresh")).receive(4)) == 0);
      try (RawClient back = connected("c", false, HOUR)) {
        assertThat(back.receive(3).payload(5)).isEqualTo("fresh");
        back.assertNothingMore();
      }
      assertThat(drops(DropReason.EXPIRED)).isEqualTo(QUEUE);
    }
  }

  /** Sends a PUBLISH at QoS 2 and leaves it at PUBREC. */
  private static void begin(RawClient client, int packetId) {
    assertThat(reason(client.publish("q", 2, packetId, bytes("x")).receive(5))).isEqualTo(0x10);
  }

  @Test
  void theReceiveMaximumIsTheSameAfterAResume() {
    try (RawClient client = connected("c", false, HOUR)) {
      IntStream.rangeClosed(1, RECEIVE_MAXIMUM).forEach(id -> begin(client, id));
    }
    soon().until(() -> !broker.broker().sessions().find("c").isOnline());
    try (RawClient client = connected("c", false, HOUR)) {
      for (int id = 1; id <= RECEIVE_MAXIMUM; id++) {
        assertThat(reason(client.acknowledge(6, id).receive(7))).isZero();
      }
      IntStream.rangeClosed(11, 10 + RECEIVE_MAXIMUM).forEach(id -> begin(client, id));
      client.publish("q", 2, 30, bytes("x"));
      assertThat(client.receive(14).at(0)).as("Receive Maximum exceeded").isEqualTo(0x93);
    }
  }

  @Test
  void whatAnEarlierConnectionLeftCountsNotAgainstTheReceiveMaximum() {
    try (RawClient client = connected("c", false, HOUR)) {
      IntStream.rangeClosed(1, RECEIVE_MAXIMUM).forEach(id -> begin(client, id));
    }
    soon().until(() -> !broker.broker().sessions().find("c").isOnline());
    try (RawClient client = connected("c", false, HOUR)) {
      IntStream.rangeClosed(11, 10 + RECEIVE_MAXIMUM).forEach(id -> begin(client, id));
      assertThat(reason(client.acknowledge(6, 1).receive(7))).isZero();
      client.publish("q", 2, 30, bytes("x"));
      assertThat(client.receive(14).at(0)).isEqualTo(0x93);
    }
  }

  @Test
  void whatIsTooLargeForOneMemberOfAGroupGoesToAnother() {
    try (RawClient small = connected("small", true, SMALL_PACKETS);
        RawClient large = connected("large", true, new byte[0]);
        RawClient publisher = connected("publisher", true, new byte[0])) {
      small.subscribe(1, "$share/g/t", 1).receive(9);
      large.subscribe(1, "$share/g/t", 1).receive(9);
      for (int i = 0; i < 6; i++) {
        assertThat(reason(publisher.publish("t", 1, 1, new byte[200]).receive(4))).isZero();
        large.acknowledge(4, large.receive(3).publishId());
      }
      small.assertNothingMore();
      assertThat(drops(DropReason.TOO_LARGE)).isZero();
    }
  }

  @Test
  void whatBecameTooLargeForAMemberThatWasAwayGoesToAnother() {
    absent("away", "$share/g/t");
    try (RawClient publisher = connected("publisher", true, new byte[0]);
        RawClient other = connected("other", true, new byte[0])) {
      publisher.publish("t", 1, 1, new byte[200]).receive(4);
      other.subscribe(1, "$share/g/t", 1).receive(9);
      byte[] both = new byte[10];
      System.arraycopy(HOUR, 0, both, 0, 5);
      System.arraycopy(SMALL_PACKETS, 0, both, 5, 5);
      try (RawClient back = connected("away", false, both)) {
        assertThat(other.receive(3).topic()).isEqualTo("t");
        back.assertNothingMore();
      }
      assertThat(drops(DropReason.TOO_LARGE)).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aConnectThatIsRefusedDoesNotKickWhoIsThere(boolean clean) {
    // CONNACK has more than ten bytes.
    byte[] tiny = {0x27, 0, 0, 0, 10};
    try (RawClient there = connected("c", false, HOUR)) {
      there.subscribe(1, "t", 1).receive(9);
      try (RawClient refused = broker.raw(5).connect("c", clean, 0, tiny)) {
        assertThat(refused.receive(2).at(1)).isEqualTo(0x95);
      }
      there.publish("t", 1, 1, bytes("still here"));
      assertThat(there.receive(3).payload(5)).isEqualTo("still here");
    }
  }

  @Test
  void whoOwnsTheSessionIsKickedByTheConnectThatIsLetIn() {
    try (RawClient there = connected("c", false, HOUR);
        RawClient next = connected("c", true, new byte[0])) {
      assertThat(there.receive(14).at(0)).isEqualTo(0x8E);
      next.assertNothingMore();
    }
  }
}
