package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.config.MqttConf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that mean no good: the broker's memory stays bounded, and so does what others notice. */
@Timeout(120)
class C10HostileTest {
  private static final int PINGS = 200;
  private static final int FLOOD = 384;
  private static final long PATIENCE_MILLIS = 1_000;

  /** The slowest of some round trips of a client that does no harm, in milliseconds. */
  private static long slowestPing(RawClient bystander) {
    long slowest = 0;
    for (int i = 0; i < PINGS; i++) {
      long start = System.nanoTime();
      bystander.send(0xC0, 0);
      assertThat(bystander.receive().type()).isEqualTo(13);
      slowest = Math.max(slowest, System.nanoTime() - start);
    }
    return TimeUnit.NANOSECONDS.toMillis(slowest);
  }

  private static long directBytes() {
    return PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
  }

  @Test
  void whoNeverReadsIsQueuedForAndThenDroppedFor() {
    try (TestBroker broker = TestBroker.start();
        RawClient deaf = broker.raw(4).connected("deaf", true);
        RawClient publisher = broker.raw(4).connected("publisher", true);
        RawClient bystander = broker.raw(4).connected("bystander", true)) {
      deaf.subscribe(1, "flood", 0);
      assertThat(deaf.receive().type()).isEqualTo(9);
      byte[] payload = new byte[8 * 1024];
      long before = directBytes();
      // 64 MiB: far more than sockets, buffers and a queue of 1,024 messages hold.
      for (int i = 0; i < 8 * 1024; i++) {
        publisher.publish("flood", 0, 0, payload);
      }
      publisher.send(0xC0, 0);
      assertThat(publisher.receive().type()).isEqualTo(13);
      assertThat(directBytes() - before).isLessThan(32L * 1024 * 1024);
      assertThat(slowestPing(bystander)).isLessThan(PATIENCE_MILLIS);
      var client = broker.broker().sessions().client("deaf").toCompletableFuture().join().get(0);
      assertThat(client.queued()).isBetween(1, MqttConf.defaults().queueLength());
    }
  }

  /** Its answers would be kept without bound: it is not read from until it reads itself. */
  @Test
  void whoAsksAndNeverReadsIsNotReadFrom() throws Exception {
    try (TestBroker broker = TestBroker.start();
        RawClient deaf = broker.raw(4).connected("deaf", true);
        RawClient bystander = broker.raw(4).connected("bystander", true)) {
      byte[] pings = new byte[64 * 1024];
      for (int i = 0; i < pings.length; i += 2) {
        pings[i] = (byte) 0xC0;
      }
      deaf.socket().setReceiveBufferSize(64 * 1024);
      long before = directBytes();
      var flood =
          CompletableFuture.runAsync(
              () -> {
                // 24 MiB, as far as they are taken: more than the sockets' buffers hold.
                for (int i = 0; i < FLOOD; i++) {
                  deaf.send(pings);
                }
              });
      assertThatThrownBy(() -> flood.get(5, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
      assertThat(directBytes() - before).isLessThan(32L * 1024 * 1024);
      assertThat(slowestPing(bystander)).isLessThan(PATIENCE_MILLIS);
      // Now it reads, and everything is answered.
      long answered = 0;
      byte[] answers = new byte[64 * 1024];
      while (answered < (long) FLOOD * pings.length) {
        answered += deaf.socket().getInputStream().read(answers);
      }
      flood.get(5, TimeUnit.SECONDS);
    }
  }

  @Test
  void whoSendsNoMoreStillGetsItsAnswers() throws Exception {
    try (TestBroker broker = TestBroker.start();
        RawClient client = broker.raw(5).hold()) {
      client.connect("half", true, 0).publish("a", 1, 7, new byte[1]).send(0xC0, 0).release();
      client.socket().shutdownOutput();
      assertThat(client.receive().type()).isEqualTo(2);
      assertThat(client.receive().type()).isEqualTo(4);
      assertThat(client.receive().type()).isEqualTo(13);
      assertThat(client.isClosedByBroker()).isTrue();
      Awaitility.await().until(() -> broker.broker().sessions().connectionCount() == 0);
    }
  }

  @Test
  void oneByteAtATimeIsServedAndCostsNobody() {
    try (TestBroker broker = TestBroker.start();
        RawClient slow = broker.raw(5);
        RawClient bystander = broker.raw(4).connected("bystander", true)) {
      byte[] connect = {0x10, 0x10, 0, 4, 'M', 'Q', 'T', 'T', 5, 2, 0, 0, 0, 0, 3, 's', 'l', 'o'};
      for (byte b : connect) {
        slow.send(b);
        assertThat(slowestPing(bystander)).isLessThan(PATIENCE_MILLIS);
      }
      assertThat(slow.receive().type()).isEqualTo(2);
    }
  }

  @Test
  void whoNeverFinishesConnectIsClosed() {
    var impatient = Limits.with("connectTimeoutSeconds", 1);
    try (TestBroker broker = TestBroker.start(impatient);
        RawClient silent = broker.raw(5);
        RawClient halfway = broker.raw(5).send(0x10, 0x7F, 0, 4, 'M')) {
      assertThat(silent.isClosedByBroker()).isTrue();
      assertThat(halfway.isClosedByBroker()).isTrue();
      Awaitility.await().until(() -> broker.broker().sessions().connectionCount() == 0);
    }
  }

  @Test
  void hugeLengthsAreRefusedBeforeTheyAreKept() {
    try (TestBroker broker = TestBroker.start();
        RawClient greedy = broker.raw(5).connected("greedy", true)) {
      long before = directBytes();
      // PUBLISH of 268,435,455 bytes: only its first bytes ever come.
      greedy.send(0x30, 0xFF, 0xFF, 0xFF, 0x7F, 0, 1, 'a');
      RawClient.Packet disconnect = greedy.receive();
      assertThat(disconnect.type()).isEqualTo(14);
      assertThat(disconnect.at(0)).isEqualTo(0x95);
      assertThat(directBytes() - before).isLessThan(16L * 1024 * 1024);
    }
  }

  @Test
  void aHundredThousandFiltersAreTakenAndGoneWithoutAStall() {
    try (TestBroker broker = TestBroker.start();
        RawClient bystander = broker.raw(4).connected("bystander", true)) {
      try (RawClient collector = broker.raw(4).connected("collector", true)) {
        for (int i = 0; i < 100_000; i++) {
          collector.subscribe(1 + i % 65_535, "filters/" + i + "/+", 1);
          assertThat(collector.receive().at(2)).isEqualTo(1);
        }
        collector.subscribe(9, "one/too/many", 0);
        assertThat(collector.receive().at(2)).isEqualTo(0x80);
        assertThat(slowestPing(bystander)).isLessThan(PATIENCE_MILLIS);
        bystander.publish("filters/99999/x", 1, 7, "hit".getBytes(StandardCharsets.UTF_8));
        assertThat(collector.receive().topic()).isEqualTo("filters/99999/x");
        assertThat(bystander.receive().packetId()).isEqualTo(7);
      }
      // The session ends with its socket; its filters go in slices.
      assertThat(slowestPing(bystander)).isLessThan(PATIENCE_MILLIS);
      Awaitility.await().until(() -> broker.broker().subscriptionCount() == 0);
    }
  }
}
