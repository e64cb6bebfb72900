package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.Confs;
import io.nanomq.journal.FileDisk;
import io.nanomq.journal.JournalConf;
import io.nanomq.loop.LoopContext;
import io.nanomq.persistence.RecoveredState;
import io.nanomq.persistence.SessionStore;
import io.nanomq.persistence.SessionStores;
import io.nanomq.persistence.StoreClock;
import io.nanomq.persistence.journal.JournalStores;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Retained messages for which there is no room at a start stay on disk. */
@Timeout(60)
class C36RetainedRoomTest {
  @TempDir Path folder;

  private TestBroker start(int room) throws Exception {
    var conf = Confs.conf("mqtt.max_retained_messages = " + room).mqtt();
    return TestBroker.start(conf, stores());
  }

  private JournalStores stores() throws IOException {
    return new JournalStores(new FileDisk(folder), new JournalConf(1 << 20, 1L << 40, 1_000));
  }

  private static void publish(TestBroker broker, String topic, String payload) {
    byte[] name = topic.getBytes(StandardCharsets.UTF_8);
    byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
    byte[] body = new byte[4 + name.length + bytes.length];
    body[1] = (byte) name.length;
    System.arraycopy(name, 0, body, 2, name.length);
    body[3 + name.length] = 1;
    System.arraycopy(bytes, 0, body, 4 + name.length, bytes.length);
    try (RawClient client = broker.raw(4).connected("sender", true)) {
      client.packet(0x33, body).receive(4);
    }
  }

  private static Map<String, String> retained(TestBroker broker, int count) {
    Map<String, String> all = new TreeMap<>();
    try (RawClient client = broker.raw(4).connected("reader", true)) {
      client.subscribe(1, "t/#", 0).receive(9);
      for (int i = 0; i < count; i++) {
        RawPacket packet = client.receive(3);
        all.put(packet.topic(), packet.payload(4));
      }
      client.assertNothingMore();
    }
    return all;
  }

  @Test
  void theyAreThereWithMoreRoomUnlessTheyWereRemovedOrReplaced() throws Exception {
    TestBroker first = start(10);
    for (int i = 0; i < 6; i++) {
      publish(first, "t/" + i, "old");
    }
    first.leave();
    TestBroker second = start(2);
    Map<String, String> there = retained(second, 2);
    String[] others =
        IntStream.range(0, 6)
            .mapToObj(i -> "t/" + i)
            .filter(topic -> !there.containsKey(topic))
            .toArray(String[]::new);
    assertThat(others).hasSize(4);
    publish(second, others[0], "");
    second.broker().retainedListing().remove(others[1]).toCompletableFuture().join();
    second.leave();
    try (TestBroker third = start(10)) {
      Map<String, String> expected = new TreeMap<>(there);
      expected.put(others[2], "old");
      expected.put(others[3], "old");
      assertThat(retained(third, 4)).isEqualTo(expected);
      publish(third, others[2], "new");
      publish(third, others[0], "again");
      expected.put(others[2], "new");
      expected.put(others[0], "again");
      assertThat(retained(third, 5)).isEqualTo(expected);
    }
  }

  @Test
  void aWildcardRemovesThemAsWell() throws Exception {
    TestBroker first = start(10);
    for (int i = 0; i < 6; i++) {
      publish(first, "t/" + i, "old");
    }
    publish(first, "u", "old");
    first.leave();
    TestBroker second = start(1);
    int removed = second.broker().retainedListing().remove("t/#").toCompletableFuture().join();
    assertThat(removed).isEqualTo(6);
    assertThat(second.broker().retainedListing().remove("t/#").toCompletableFuture().join())
        .isZero();
    second.leave();
    try (TestBroker third = start(10)) {
      assertThat(third.broker().retained().size()).as("the one that does not match").isEqualTo(1);
    }
  }

  @Test
  void theyComeBackWhenThereIsRoom() throws Exception {
    TestBroker first = start(10);
    for (int i = 0; i < 6; i++) {
      publish(first, "t/" + i, "old");
    }
    first.leave();
    try (TestBroker second = start(2)) {
      Map<String, String> there = retained(second, 2);
      String[] others =
          IntStream.range(0, 6)
              .mapToObj(i -> "t/" + i)
              .filter(topic -> !there.containsKey(topic))
              .toArray(String[]::new);
      publish(second, others[0], "");
      there.keySet().forEach(topic -> publish(second, topic, ""));
      TestBroker.soon().until(() -> second.broker().retained().size() == 2);
      second.broker().retained().whenRead().toCompletableFuture().join();
      assertThat(retained(second, 2)).doesNotContainKey(others[0]).doesNotContainKeys(keys(there));
      // What is removed now is gone, and the last one has its place.
      retained(second, 2).keySet().forEach(topic -> publish(second, topic, ""));
      TestBroker.soon().until(() -> second.broker().retained().size() == 1);
      second.broker().retained().whenRead().toCompletableFuture().join();
      assertThat(second.broker().retained().isPartlyOnDisk()).isFalse();
    }
  }

  private static String[] keys(Map<String, String> map) {
    return map.keySet().toArray(String[]::new);
  }

  /** Clients come before what is retained is read; nobody gets a part of it for the whole. */
  @Test
  void whoSubscribesWhileTheyAreReadGetsAllOfThem() throws Exception {
    TestBroker first = start(10);
    publish(first, "t/1", "old");
    publish(first, "t/2", "old");
    publish(first, "t/3", "old");
    first.leave();
    var stores = new SlowStores(stores());
    try (TestBroker second = TestBroker.start(Confs.conf("").mqtt(), stores);
        RawClient client = second.raw(4).connected("reader", true)) {
      client.subscribe(1, "t/#", 0).receive(9);
      var listed = second.broker().retainedListing().list("#").next().toCompletableFuture();
      publish(second, "t/1", "new");
      publish(second, "t/2", "");
      // "t/1" as it was published
      assertThat(client.receive(3).payload(4)).isEqualTo("new");
      assertThat(client.receive(3).topic()).isEqualTo("t/2");
      client.assertNothingMore();
      assertThat(listed).isNotDone();
      stores.goOn.countDown();
      Map<String, String> got = new TreeMap<>();
      for (int i = 0; i < 2; i++) {
        RawPacket packet = client.receive(3);
        got.put(packet.topic(), packet.payload(4));
      }
      assertThat(got).isEqualTo(Map.of("t/1", "new", "t/3", "old"));
      assertThat(listed.join().orElseThrow()).hasSize(2);
      assertThat(retained(second, 2)).isEqualTo(got);
    }
  }

  /** Reads what is retained when it may. */
  private record SlowStores(JournalStores real, CountDownLatch goOn)
      implements SessionStores, TestBroker.Early {
    SlowStores(JournalStores real) {
      this(real, new CountDownLatch(1));
    }

    @Override
    public RecoveredState recover(StoreClock clock) {
      RecoveredState there = real.recover(clock);
      return new RecoveredState(
          there.sessions(),
          to -> {
            try {
              goOn.await();
            } catch (InterruptedException stopped) {
              throw new IllegalStateException(stopped);
            }
            there.retained().forEach(to);
          },
          there.undelivered(),
          there.lastSession(),
          there.lastMessage(),
          there.lastVersion());
    }

    @Override
    public SessionStore open(LoopContext loop, StoreClock clock) {
      return real.open(loop, clock);
    }

    @Override
    public void begin() {
      real.begin();
    }

    @Override
    public void close() {
      real.close();
    }
  }
}
