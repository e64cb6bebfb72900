package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.Copy;
import io.nanomq.journal.FileDisk;
import io.nanomq.journal.JournalConf;
import io.nanomq.persistence.journal.JournalStores;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What goes to sessions that have no room is not stored before they refuse it. */
@Timeout(120)
class C40FullQueuesTest {
  private static final int QUEUE = 2;
  private static final byte[] LARGE = new byte[100_000];
  private static final int MESSAGES = 20;

  @TempDir Path folder;

  private TestBroker start(int loops, JournalStores stores) {
    return TestBroker.start(
        loops, stores, conf -> Copy.of(conf, "mqtt", Limits.with("queues.length", QUEUE)));
  }

  private JournalStores stores() throws IOException {
    return new JournalStores(new FileDisk(folder), new JournalConf(1 << 20, 1L << 40, 1_000));
  }

  private static void away(TestBroker broker, int count, String... filters) {
    for (int i = 0; i < count; i++) {
      try (RawClient client = broker.raw(4).connected("away-" + i, false)) {
        for (String filter : filters) {
          client.subscribe(1, filter, 1);
        }
        for (int k = 0; k < filters.length; k++) {
          client.receive(9);
        }
      }
    }
  }

  /** Filters that match topic a/a/a. */
  private static String[] filters() {
    List<String> filters = new ArrayList<>();
    for (String one : List.of("a", "+")) {
      for (String two : List.of("/a", "/+", "")) {
        for (String three : List.of("/a", "/+", "")) {
          if (!two.isEmpty() || three.isEmpty()) {
            String filter = one + two + three;
            filters.add(filter + "/#");
            if (!three.isEmpty()) {
              filters.add(filter);
            }
          }
        }
      }
    }
    return filters.toArray(String[]::new);
  }

  private static void send(RawClient sender, String topic, int messages, byte[] payload) {
    for (int i = 0; i < messages; i++) {
      sender.publish(topic, 1, 1, payload).receive(4);
    }
  }

  /** What the store writes of messages that nobody has room for, in bytes. */
  private static long written(TestBroker broker, JournalStores stores, String topic) {
    try (RawClient sender = broker.raw(5).connected("sender", true)) {
      // The first ones find a place, the next one finds none, and one more has that told.
      send(sender, topic, QUEUE + 2, new byte[100]);
      long before = stores.figures().writtenBytes();
      send(sender, topic, MESSAGES, LARGE);
      return stores.figures().writtenBytes() - before;
    }
  }

  @Test
  void toAGroup() throws Exception {
    JournalStores stores = stores();
    try (TestBroker broker = start(2, stores)) {
      away(broker, 4, "$share/g/a");
      try (RawClient sender = broker.raw(5).connected("before", true)) {
        send(sender, "a", 4 * QUEUE, new byte[100]);
      }
      assertThat(written(broker, stores, "a")).isLessThan(2 * LARGE.length);
    }
  }

  /** Several on another loop, which only that loop may look at. */
  @Test
  void toSeveralOnEachLoop() throws Exception {
    JournalStores stores = stores();
    try (TestBroker broker = start(2, stores)) {
      away(broker, 8, "a");
      assertThat(written(broker, stores, "a")).isLessThan(3 * LARGE.length);
    }
  }

  /** Whoever keeps nothing is served meanwhile, and stores nothing either. */
  @Test
  void besideOneThatHasRoomAndIsNotDurable() throws Exception {
    JournalStores stores = stores();
    try (TestBroker broker = start(2, stores);
        RawClient clean = broker.raw(4).connected("clean", true)) {
      away(broker, 8, "a");
      clean.subscribe(1, "a", 0).receive(9);
      assertThat(written(broker, stores, "a")).isLessThan(3 * LARGE.length);
      for (int i = 0; i < QUEUE + 2 + MESSAGES; i++) {
        clean.receive(3);
      }
    }
  }

  /** More than get a message within a turn. */
  @Test
  void toVeryMany() throws Exception {
    JournalStores stores = stores();
    try (TestBroker broker = start(1, stores)) {
      assertThat(filters().length * 60).isGreaterThan(1_024);
      away(broker, 60, filters());
      assertThat(written(broker, stores, "a/a/a")).isLessThan(3 * LARGE.length);
    }
  }

  /** As soon as one has room again. */
  @Test
  void whoHasRoomAgainGetsWhatComes() throws Exception {
    JournalStores stores = stores();
    TestBroker broker = start(2, stores);
    away(broker, 8, "a");
    written(broker, stores, "a");
    List<RawClient> back = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      RawClient client = broker.raw(4).connect("away-" + i, false, 0);
      client.receive(2);
      for (int k = 0; k < QUEUE; k++) {
        client.acknowledge(4, client.receive(3).publishId());
      }
      back.add(client);
    }
    try (RawClient sender = broker.raw(5).connected("sender", true)) {
      back.forEach(RawClient::close);
      broker.awaitConnections(1);
      send(sender, "a", 1, LARGE);
    }
    broker.leave();
    try (TestBroker second = start(2, stores())) {
      for (int i = 0; i < 8; i++) {
        try (RawClient client = second.raw(4).connect("away-" + i, false, 0)) {
          client.receive(2);
          assertThat(client.receive(3).payload(4)).hasSize(LARGE.length);
        }
      }
    }
  }
}
