package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.Soak;
import io.nanomq.config.model.MqttConf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.hamcrest.Description;
import org.hamcrest.TypeSafeMatcher;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that mean no good: the broker's memory stays bounded, and so does what others notice. */
@Timeout(120)
class C10HostileTest {
  private static final int PINGS = 200;

  /** Against stalls that do not end: a slow machine may take its time. */
  private static final long PATIENCE_MILLIS = 10_000;

  /** Bytes of a socket's buffers, which would take megabytes otherwise. */
  private static final int NARROW = 128 * 1024;

  /** Bytes of PINGREQs: many times what narrow sockets and a connection's buffers hold. */
  private static final int FLOOD = 4 * 1024 * 1024;

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
      assertThat(client.queued()).isBetween(1, MqttConf.defaults().queues().length());
    }
  }

  /** Its answers would be kept without bound: it is not read from until it reads itself. */
  @Tag("slow")
  @Test
  void whoAsksAndNeverReadsIsNotReadFrom() throws Exception {
    try (TestBroker broker = TestBroker.start();
        RawClient deaf = broker.raw(4).connected("deaf", true);
        RawClient bystander = broker.raw(4).connected("bystander", true)) {
      byte[] pings = new byte[4 * 1024];
      for (int i = 0; i < pings.length; i += 2) {
        pings[i] = (byte) 0xC0;
      }
      broker.narrow(NARROW);
      deaf.socket().setReceiveBufferSize(NARROW);
      deaf.socket().setSendBufferSize(NARROW);
      var taken = new AtomicInteger();
      var flood =
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < FLOOD; i += pings.length) {
                  deaf.send(pings);
                  taken.addAndGet(pings.length);
                }
              });
      awaitStandstill(taken);
      // What it was read is what is kept of answers at most.
      assertThat(taken.get()).isLessThan(FLOOD);
      assertThat(slowestPing(bystander)).isLessThan(PATIENCE_MILLIS);
      // Now it reads, and everything is answered.
      long answered = 0;
      byte[] answers = new byte[64 * 1024];
      while (answered < FLOOD) {
        answered += deaf.socket().getInputStream().read(answers);
      }
      flood.get(60, TimeUnit.SECONDS);
    }
  }

  /** Until a number has not grown for a moment. */
  private static void awaitStandstill(AtomicInteger number) {
    Awaitility.await()
        .during(Duration.ofMillis(500))
        .atMost(Duration.ofSeconds(60))
        .until(number::get, new Unchanged());
  }

  /** Whether a number is what it was when it was looked at last. */
  private static final class Unchanged extends TypeSafeMatcher<Integer> {
    private int last = -1;

    @Override
    protected boolean matchesSafely(Integer now) {
      boolean same = now == last;
      last = now;
      return same;
    }

    @Override
    public void describeTo(Description description) {
      description.appendText("unchanged");
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
    var impatient = Limits.with("client.connectTimeoutSeconds", 1);
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
      RawPacket disconnect = greedy.receive();
      assertThat(disconnect.type()).isEqualTo(14);
      assertThat(disconnect.at(0)).isEqualTo(0x95);
      assertThat(directBytes() - before).isLessThan(16L * 1024 * 1024);
    }
  }

  @Tag("slow")
  @Test
  void asManyFiltersAsAreAllowedAreTakenAndGoneWithoutAStall() {
    int allowed = Soak.times(10_000);
    try (TestBroker broker = TestBroker.start(Limits.with("client.maxFilters", allowed));
        RawClient bystander = broker.raw(4).connected("bystander", true)) {
      try (RawClient collector = broker.raw(4).connected("collector", true)) {
        for (int i = 0; i < allowed; i++) {
          collector.subscribe(1 + i, "filters/" + i + "/+", 1);
          assertThat(collector.receive().at(2)).isEqualTo(1);
        }
        collector.subscribe(9, "one/too/many", 0);
        assertThat(collector.receive().at(2)).isEqualTo(0x80);
        assertThat(slowestPing(bystander)).isLessThan(PATIENCE_MILLIS);
        String last = "filters/" + (allowed - 1) + "/x";
        bystander.publish(last, 1, 7, "hit".getBytes(StandardCharsets.UTF_8));
        assertThat(collector.receive().topic()).isEqualTo(last);
        assertThat(bystander.receive().packetId()).isEqualTo(7);
      }
      // The session ends with its socket; its filters go in slices.
      assertThat(slowestPing(bystander)).isLessThan(PATIENCE_MILLIS);
      Awaitility.await().until(() -> broker.broker().subscriptionCount() == 0);
    }
  }
}
