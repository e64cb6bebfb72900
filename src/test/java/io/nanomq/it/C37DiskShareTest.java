package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.Confs;
import io.nanomq.config.Copy;
import io.nanomq.config.NanomqConf;
import io.nanomq.journal.FileDisk;
import io.nanomq.journal.JournalConf;
import io.nanomq.metrics.DropReason;
import io.nanomq.persistence.journal.JournalStores;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whoever lets messages wait on disk leaves some of it to others. */
@Timeout(120)
class C37DiskShareTest {
  private static final int SEGMENT = 1 << 20;
  private static final int MOST = 200;
  private static final byte[] LARGE = new byte[100_000];
  private static final byte[] SMALL = new byte[100];
  private static final byte[] NOTHING = {};

  @TempDir Path folder;

  /** 16 segments, of which some 10 MB are for what is needed. */
  private JournalStores stores(long indexBytes) throws IOException {
    var conf = new JournalConf(SEGMENT, 16 * SEGMENT, 1_000);
    return new JournalStores(new FileDisk(folder), conf, indexBytes);
  }

  private static TestBroker start(JournalStores stores) {
    TestBroker broker = TestBroker.start(1, stores);
    var users = Map.of("greedy", "g", "modest", "m");
    broker.apply(
        conf ->
            Copy.of(
                conf,
                "auth",
                Copy.of(NanomqConf.defaults().auth(), "allowAnonymous", false, "users", users)));
    return broker;
  }

  private static RawClient connect(TestBroker broker, String clientId, boolean clean, String user) {
    // Whoever sends with MQTT 5 is told where there is no room, and stays.
    RawClient client = broker.raw(clean ? 5 : 4);
    client.connect(clientId, clean, user, user.substring(0, 1));
    assertThat(client.receive(2).at(1)).as("CONNACK").isZero();
    return client;
  }

  private static void away(TestBroker broker, String clientId, String user, String filter) {
    try (RawClient client = connect(broker, clientId, false, user)) {
      client.subscribe(1, filter, 1).receive(9);
    }
  }

  private static void send(RawClient client, String topic, byte[] payload) {
    client.publish(topic, 1, 1, payload).receive(4);
  }

  /** What a PUBACK says. */
  private static int code(RawPacket answer) {
    return answer.body().length > 2 ? answer.at(2) & 0xFF : 0;
  }

  private static long refused(TestBroker broker) {
    return broker.broker().counters().toCompletableFuture().join().drops(DropReason.QUEUE_FULL);
  }

  /** Sends until a message finds no room; answers how many did. */
  private static int fill(TestBroker broker, RawClient sender, String topic, byte[] payload) {
    int sent = 0;
    while (refused(broker) == 0 && sent < MOST) {
      send(sender, topic, payload);
      sent++;
    }
    return sent - 1;
  }

  @Test
  void whoFillsTheDiskLeavesSomeToOthers() throws Exception {
    JournalStores stores = stores(Long.MAX_VALUE);
    try (TestBroker broker = start(stores);
        RawClient sender = connect(broker, "sender", true, "greedy");
        RawClient other = connect(broker, "other", true, "modest")) {
      away(broker, "away", "greedy", "a");
      int kept = fill(broker, sender, "a", LARGE);
      assertThat(kept).isBetween(50, 100);
      assertThat(stores.figures().full()).isFalse();

      away(broker, "modest-1", "modest", "m");
      for (int i = 0; i < 5; i++) {
        send(other, "m", LARGE);
      }
      assertThat(refused(broker)).isEqualTo(1);
      // A queue that is short gets longer, of that account too, as long as there is room enough.
      away(broker, "greedy-2", "greedy", "g");
      send(sender, "g", SMALL);
      assertThat(refused(broker)).isEqualTo(1);

      try (RawClient back = connect(broker, "modest-1", false, "modest")) {
        for (int i = 0; i < 5; i++) {
          back.acknowledge(4, back.receive(3).publishId());
        }
      }
      // Whoever takes what waits may have more wait.
      try (RawClient back = connect(broker, "away", false, "greedy")) {
        for (int i = 0; i < kept; i++) {
          back.acknowledge(4, back.receive(3).publishId());
        }
        send(sender, "a", SMALL);
        assertThat(back.receive(3).topic()).isEqualTo("a");
      }
    }
  }

  /** Else others would have none until the store is rid of it. */
  @Test
  void whatIsRefusedTakesNoRoom() throws Exception {
    JournalStores stores = stores(Long.MAX_VALUE);
    try (TestBroker broker = start(stores);
        RawClient sender = connect(broker, "sender", true, "greedy");
        RawClient other = connect(broker, "other", true, "modest")) {
      away(broker, "away-1", "greedy", "a");
      away(broker, "away-2", "greedy", "+");
      int kept = fill(broker, sender, "a", LARGE);
      // Each of the two says itself that it is full.
      send(sender, "a", LARGE);
      long written = stores.figures().writtenBytes();
      for (int i = 0; i < kept; i++) {
        send(sender, "a", LARGE);
      }
      assertThat(stores.figures().writtenBytes() - written).isLessThan(2 * LARGE.length);
      assertThat(stores.figures().full()).isFalse();
      send(other, "m", SMALL);
    }
  }

  /** However long they are: nobody is refused, and what is to be kept is little. */
  @Test
  void namesOfGroupsTakeNoRoom() throws Exception {
    JournalStores stores = stores(Long.MAX_VALUE);
    try (TestBroker broker = start(stores);
        RawClient sender = connect(broker, "sender", true, "greedy");
        RawClient other = connect(broker, "other", true, "modest")) {
      away(broker, "modest-1", "modest", "m");
      for (int i = 0; i < 50; i++) {
        away(broker, "away-" + i, "greedy", "$share/" + i + "g".repeat(5_000) + "/a");
      }
      for (int i = 0; i < 60; i++) {
        send(sender, "a", SMALL);
      }
      var counters = broker.broker().counters().toCompletableFuture().join();
      long full = counters.drops(DropReason.QUEUE_FULL) + counters.drops(DropReason.STORE_FULL);
      assertThat(full).isZero();
      assertThat(stores.figures().liveBytes()).isLessThan(SEGMENT);
      other.publish("m", 1, 1, SMALL);
      assertThat(code(other.receive(4))).isZero();
    }
  }

  /** To know where messages stand takes memory, which is there for all as well. */
  @Test
  void whoLetsManySmallOnesWaitLeavesSomeToOthers() throws Exception {
    JournalStores stores = stores(400_000);
    try (TestBroker broker = start(stores);
        RawClient sender = connect(broker, "sender", true, "greedy");
        RawClient other = connect(broker, "other", true, "modest")) {
      for (int i = 0; i < 20; i++) {
        away(broker, "away" + i, "greedy", "a");
      }
      int kept = 0;
      while (refused(broker) == 0 && kept < 1_000) {
        send(sender, "a", SMALL);
        kept++;
      }
      assertThat(kept).isLessThan(1_000);
      assertThat(stores.figures().full()).isFalse();
      away(broker, "modest-1", "modest", "m");
      send(other, "m", SMALL);
      try (RawClient back = connect(broker, "modest-1", false, "modest")) {
        assertThat(back.receive(3).topic()).isEqualTo("m");
      }
    }
  }

  /** Where nobody else is there, nothing is left to others. */
  @Test
  void whoIsAloneMayHaveAllOfIt() throws Exception {
    JournalStores stores = stores(Long.MAX_VALUE);
    try (TestBroker broker = start(stores);
        RawClient sender = connect(broker, "sender", true, "greedy")) {
      away(broker, "away", "greedy", "a");
      int sent = 0;
      while (!stores.figures().full() && sent < MOST) {
        send(sender, "a", LARGE);
        sent++;
      }
      assertThat(sent).isBetween(100, MOST - 1);
      assertThat(refused(broker)).isZero();
    }
  }

  /** Of the memory that says where messages stand. */
  @Test
  void longQueuesLeaveMemoryToShortOnesAndNewcomers() throws Exception {
    JournalStores stores = stores(400_000);
    var conf = Confs.conf("mqtt.max_mqueue_len = 100000").mqtt();
    TestBroker first = TestBroker.start(conf, stores);
    try (RawClient sender = first.raw(5).connected("sender", true)) {
      first.raw(4).connected("short", false).subscribe(1, "s", 1).receive(9);
      for (int i = 0; i < 8; i++) {
        first.raw(4).connected("away" + i, false).subscribe(1, "a", 1).receive(9);
      }
      for (int i = 0; i < 3_000 && refused(first) == 0; i++) {
        send(sender, "a", SMALL);
      }
      assertThat(refused(first)).isPositive();
      assertThat(stores.figures().full()).isFalse();
      newcomersAreServed(first, sender);
    }
    first.leave();
    // Nobody has come back: all of them are of one account now.
    try (TestBroker second = TestBroker.start(conf, stores(400_000));
        RawClient sender = second.raw(5).connected("sender", true)) {
      send(sender, "s", SMALL);
      assertThat(refused(second)).isZero();
      try (RawClient back = second.raw(4).connected("short", false)) {
        assertThat(back.receive(3).topic()).isEqualTo("s");
      }
    }
  }

  /** New sessions are let in, read what is retained, and get a will, whatever waits for others. */
  private static void newcomersAreServed(TestBroker broker, RawClient sender) {
    sender.packet(0x33, new byte[] {0, 1, 'r', 0, 1, 0, 'x'});
    assertThat(code(sender.receive(4))).isLessThan(0x80);
    try (RawClient late = broker.raw(4).connected("late", false)) {
      late.subscribe(1, "r", 1).receive(9);
      RawPacket kept = late.receive(3);
      assertThat(kept.topic()).isEqualTo("r");
      late.acknowledge(4, kept.publishId()).subscribe(2, "w", 1).receive(9);
      RawClient dying = broker.raw(5);
      dying.connect("dying", true, NOTHING, new RawClient.Will("w", "gone", 1, false, NOTHING));
      dying.receive(2);
      dying.reset();
      assertThat(late.receive(3).topic()).isEqualTo("w");
    }
  }

  /** What is full is the memory for messages that wait: nothing else needs it. */
  @Test
  void aFullIndexRefusesMessagesOnly() throws Exception {
    JournalStores stores = stores(20_000);
    var conf = Confs.conf("mqtt.max_mqueue_len = 100000").mqtt();
    try (TestBroker broker = TestBroker.start(conf, stores);
        RawClient sender = broker.raw(5).connected("sender", true)) {
      broker.raw(4).connected("away", false).subscribe(1, "a", 1).receive(9);
      for (int i = 0; i < 1_000 && !stores.figures().full(); i++) {
        send(sender, "a", SMALL);
      }
      assertThat(stores.figures().full()).isTrue();
      sender.publish("a", 1, 1, SMALL);
      assertThat(code(sender.receive(4))).isEqualTo(0x97);
      sender.packet(0x33, new byte[] {0, 1, 'r', 0, 1, 0, 'x'});
      assertThat(code(sender.receive(4))).isLessThan(0x80);
      try (RawClient late = broker.raw(5).connected("late", false)) {
        late.subscribe(1, "r", 0);
        assertThat(late.receive(9).body()[3]).as("SUBACK").isZero();
      }
    }
  }
}
