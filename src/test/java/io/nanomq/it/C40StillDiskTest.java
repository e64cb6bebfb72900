package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.journal.JournalConf;
import io.nanomq.persistence.journal.JournalStores;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whoever sends on while the disk stands still waits as well: what waits for it is memory. */
@Timeout(120)
class C40StillDiskTest {
  private static final int MOST = 20_000;
  private static final String FILTER = "f".repeat(200);

  @TempDir Path folder;

  /** Each is a record that is written, whether the subscription is new or not. */
  @Test
  void whoSubscribesWaitsForTheDisk() throws Exception {
    var disk = new GatedDisk(folder);
    var stores = new JournalStores(disk, new JournalConf(1 << 20, 1L << 40, 0, MOST));
    try (TestBroker broker = TestBroker.start(1, stores);
        RawClient client = broker.raw(4).connected("durable", false);
        RawClient clean = broker.raw(4).connected("clean", true)) {
      clean.subscribe(1, "clean", 0).receive(9);
      disk.shut();
      for (int i = 1; i <= 1_000; i++) {
        client.subscribe(i, FILTER, 1);
      }
      try {
        TestBroker.soon().until(() -> stores.figures().pendingBytes() > MOST);
        clean.publish("clean", 0, 0, new byte[1]).receive(3);
        assertThat(stores.figures().pendingBytes()).isLessThan(5L * MOST);
      } finally {
        disk.open();
      }
      for (int i = 1; i <= 1_000; i++) {
        assertThat(client.receive(9).packetId()).isEqualTo(i);
      }
    }
  }

  /** What is retained at QoS 0 is stored as well. */
  @Test
  void whoRetainsAtQos0WaitsForTheDisk() throws Exception {
    var disk = new GatedDisk(folder);
    var stores = new JournalStores(disk, new JournalConf(1 << 20, 1L << 40, 0, MOST));
    try (TestBroker broker = TestBroker.start(1, stores);
        RawClient client = broker.raw(4).connected("retains", true);
        RawClient other = broker.raw(4).connected("other", true)) {
      disk.shut();
      Thread sending = new Thread(() -> retain(client, 2_000, 10_000));
      sending.start();
      try {
        TestBroker.soon().until(() -> stores.figures().pendingBytes() > MOST);
        for (int i = 0; i < 200; i++) {
          other.send(0xC0, 0).receive(13);
        }
        // No more than a turn of the loop brings.
        assertThat(stores.figures().pendingBytes()).isLessThan(3_000_000);
      } finally {
        disk.open();
        sending.join();
      }
      client.subscribe(1, "r", 0).receive(9);
      assertThat(client.receive(3).topic()).isEqualTo("r");
    }
  }

  /** Who brings much waits sooner, so that what is small comes through. */
  @Test
  void whoBringsMuchWaitsSooner() throws Exception {
    var disk = new GatedDisk(folder);
    var stores = new JournalStores(disk, new JournalConf(1 << 20, 1L << 40, 0, 64_000_000));
    try (TestBroker broker = TestBroker.start(1, stores);
        RawClient client = broker.raw(4).connected("retains", true);
        RawClient other = broker.raw(4).connected("other", true)) {
      disk.shut();
      Thread sending = new Thread(() -> retain(client, 1_000, 20_000));
      sending.start();
      try {
        TestBroker.soon().until(() -> stores.figures().pendingBytes() > 2_000_000);
        for (int i = 0; i < 200; i++) {
          other.send(0xC0, 0).receive(13);
        }
        assertThat(stores.figures().pendingBytes()).isLessThan(8_000_000);
      } finally {
        disk.open();
        sending.join();
      }
    }
  }

  private static void retain(RawClient client, int times, int bytes) {
    for (int i = 0; i < times; i++) {
      client.packet(0x31, retained(bytes));
    }
  }

  /** A PUBLISH to topic r. */
  private static byte[] retained(int bytes) {
    byte[] body = new byte[3 + bytes];
    body[1] = 1;
    body[2] = 'r';
    return body;
  }
}
