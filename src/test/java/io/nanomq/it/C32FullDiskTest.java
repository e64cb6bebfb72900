package io.nanomq.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.journal.FileDisk;
import io.nanomq.journal.JournalConf;
import io.nanomq.persistence.journal.JournalStores;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is stored has a bound: who would go beyond is told, and it heals. */
@Timeout(120)
class C32FullDiskTest {
  private static final int SEGMENT = 1 << 20;
  private static final int QUOTA_EXCEEDED = 0x97;
  private static final byte[] LARGE = new byte[100_000];

  @TempDir Path folder;

  @Test
  void whatHasNoRoomOnDiskIsRefusedUntilThereIsSome() throws Exception {
    var stores = new JournalStores(new FileDisk(folder), new JournalConf(SEGMENT, SEGMENT, 0));
    try (TestBroker broker = TestBroker.start(2, stores);
        RawClient sender = broker.raw(5).connected("sender", true);
        RawClient older = broker.raw(4).connected("older", true)) {
      try (RawClient away = broker.raw(4).connected("away", false)) {
        away.subscribe(1, "a", 1).receive(9);
      }
      int kept = 0;
      while (send(sender, "a") < 0x80) {
        kept++;
      }
      assertThat(kept).isBetween(10, 60);
      assertThat(send(sender, "a")).isEqualTo(QUOTA_EXCEEDED);
      assertThat(send(sender, "nobody")).as("nobody has to store it").isLessThan(0x80);
      older.publish("a", 1, 1, LARGE);
      assertThat(older.isClosedByBroker()).isTrue();
      try (RawClient away = broker.raw(4).connect("away", false, 0)) {
        assertThat(away.receive(2).at(0)).as("session present").isEqualTo(1);
        for (int i = 0; i < kept; i++) {
          away.acknowledge(4, away.receive(3).publishId());
        }
        TestBroker.soon().until(() -> !stores.figures().full());
        assertThat(send(sender, "a")).isLessThan(0x80);
        assertThat(away.receive(3).topic()).isEqualTo("a");
      }
    }
  }

  /** Reason code of the answer. */
  private static int send(RawClient sender, String topic) {
    RawPacket answer = sender.publish(topic, 1, 1, LARGE).receive(4);
    return answer.body().length > 2 ? answer.at(2) & 0xFF : 0;
  }
}
