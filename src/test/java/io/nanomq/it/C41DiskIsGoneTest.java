package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.codec.PacketType;
import io.nanomq.journal.JournalConf;
import io.nanomq.persistence.StoreStuckException;
import io.nanomq.persistence.journal.JournalStores;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A disk that fails for good keeps out, and holds up, only those who need it. */
@Timeout(120)
class C41DiskIsGoneTest {
  // Failures are on purpose.
  private static final Logger LOG = Logger.getLogger("io.nanomq.journal");
  private static final int SEGMENT = 1 << 20;
  private static final int MOST = 20_000;
  private static final String FILTER = "f".repeat(200);
  private static final byte[] NOTHING = {};
  private static final RawClient.Will WILL = new RawClient.Will("w", "gone");

  @TempDir Path folder;

  @BeforeAll
  static void tellNothing() {
    LOG.setLevel(Level.OFF);
  }

  @AfterAll
  static void tellAgain() {
    LOG.setLevel(null);
  }

  private static JournalConf conf(long patienceMillis) {
    return new JournalConf(SEGMENT, 1L << 40, 0, MOST, patienceMillis);
  }

  /** Until as much waits for the disk as may; all of it is of one durable client. */
  private static void fill(JournalStores stores, RawClient durable) {
    for (int i = 1; i <= 500; i++) {
      durable.subscribe(i, FILTER, 1);
    }
    TestBroker.soon().until(() -> stores.figures().pendingBytes() > MOST);
  }

  /** All that a client may do that has nothing stored. */
  private static void isServed(TestBroker broker, int version, String id) {
    try (RawClient clean = broker.raw(version).connected(id, true)) {
      clean.subscribe(1, "clean/" + id, 1).receive(PacketType.SUBACK);
      clean.publish("clean/" + id, 1, 2, new byte[] {1});
      clean.acknowledge(PacketType.PUBACK, clean.receive(PacketType.PUBLISH).publishId());
      clean.receive(PacketType.PUBACK);
      clean.publish("nobody", 2, 3, new byte[] {1}).receive(PacketType.PUBREC);
      clean.acknowledge(PacketType.PUBREL, 3).receive(PacketType.PUBCOMP);
      clean.unsubscribe(4, "clean/" + id).receive(PacketType.UNSUBACK);
    }
  }

  @Test
  void whoNeedsNoDiskIsServedWhenItFails() throws Exception {
    var disk = new GatedDisk(folder);
    var stores = new JournalStores(disk, conf(3_600_000));
    try (TestBroker broker = TestBroker.start(1, stores);
        RawClient durable = broker.raw(4).connected("durable", false)) {
      broker.raw(4).connected("away", false).close();
      durable.subscribe(1, FILTER, 1).receive(PacketType.SUBACK);
      disk.breaks();
      fill(stores, durable);
      TestBroker.soon().until(() -> stores.figures().full());
      isServed(broker, 4, "four");
      isServed(broker, 5, "five");
      try (RawClient dying = broker.raw(4)) {
        dying.connect("dying", true, NOTHING, WILL).receive(PacketType.CONNACK);
      }
      // What is left of an earlier one does not keep it out.
      isServed(broker, 4, "away");
      try (RawClient late = broker.raw(4).connect("late", false, 0)) {
        assertThat(late.receive(PacketType.CONNACK).at(1)).as("refused").isEqualTo(3);
      }
    }
  }

  /** What hardly waits for the disk yet: nobody knows when it answers. */
  @Test
  void nobodyWaitsForADiskThatFails() throws Exception {
    var disk = new GatedDisk(folder);
    var stores = new JournalStores(disk, conf(3_600_000));
    try (TestBroker broker = TestBroker.start(1, stores)) {
      broker.raw(4).connected("away", false).close();
      broker.raw(4).connected("kicked", false).close();
      try (RawClient sender = broker.raw(4).connected("sender", true)) {
        byte[] kept = {0, 4, 'k', 'e', 'p', 't', 0, 1, 1};
        sender.packet(0x33, kept).receive(PacketType.PUBACK);
      }
      disk.breaks();
      var one = broker.broker().actions().kick("kicked", true).toCompletableFuture();
      TestBroker.soon().until(() -> stores.figures().full());
      try (RawClient again = broker.raw(4).connect("away", false, 0)) {
        assertThat(again.receive(PacketType.CONNACK).at(1)).as("refused").isEqualTo(3);
      }
      var many = broker.broker().actions().kick(List.of("away"), true).toCompletableFuture();
      var removed = broker.broker().retainedListing().remove("#").toCompletableFuture();
      for (var answer : List.of(one, many, removed)) {
        assertThatThrownBy(() -> answer.get(30, TimeUnit.SECONDS))
            .hasRootCauseInstanceOf(StoreStuckException.class);
      }
    }
  }

  @Test
  void whoNeedsNoDiskIsServedWhenItSaysNothing() throws Exception {
    var disk = new GatedDisk(folder);
    var stores = new JournalStores(disk, conf(300));
    try (TestBroker broker = TestBroker.start(1, stores);
        RawClient durable = broker.raw(4).connected("durable", false)) {
      durable.subscribe(1, FILTER, 1).receive(PacketType.SUBACK);
      disk.shut();
      try {
        fill(stores, durable);
        isServed(broker, 4, "clean");
        // A will is stored as well, and who brings one waits until nobody hopes any more.
        try (RawClient dying = broker.raw(4)) {
          dying.connect("dying", true, NOTHING, WILL).receive(PacketType.CONNACK);
        }
        try (RawClient late = broker.raw(4).connect("late", false, 0)) {
          assertThat(late.receive(PacketType.CONNACK).at(1)).as("refused").isEqualTo(3);
        }
      } finally {
        disk.open();
      }
      TestBroker.soon().until(() -> !stores.figures().full());
      broker.raw(4).connected("late", false).close();
    }
  }
}
