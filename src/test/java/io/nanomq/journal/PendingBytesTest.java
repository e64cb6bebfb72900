package io.nanomq.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;

class PendingBytesTest {
  private static final int LARGE = 300_000;

  private final JournalConf conf = new JournalConf(1 << 20, 1L << 30, 0, 8 << 20);
  private final PendingBytes pending = new PendingBytes();
  private final RecordBuffer nothing = new RecordBuffer(16);

  private static RecordBuffer records(int arrays, int bytes) {
    RecordBuffer records = new RecordBuffer(16);
    for (int i = 0; i < arrays; i++) {
      records.writeArray(new byte[bytes]);
    }
    return records;
  }

  /** Else a broker with much to do would never take one. */
  @Test
  void manySmallOnesKeepNoLargeOneOut() {
    pending.add(records(1_000, 1_000));
    assertThat(pending.isBehind(conf, nothing, LARGE)).isFalse();
    RecordBuffer large = records(1, LARGE);
    pending.add(large);
    assertThat(pending.isBehind(conf, nothing, LARGE)).isTrue();
    assertThat(pending.isBehind(conf, nothing, 1_000)).isFalse();
    pending.remove(large);
    assertThat(pending.isBehind(conf, nothing, LARGE)).isFalse();
    assertThat(pending.isBehind(conf, large, LARGE)).as("of the same turn").isTrue();
    assertThat(pending.get()).isEqualTo(1_000 * 1_004);
  }

  @Test
  void whoWaitedForALargeOneComesBeforeTheNext() {
    pending.largeOneWasInTheWay(Long.MAX_VALUE / 2);
    assertThat(pending.isBehind(conf, nothing, LARGE)).isTrue();
    assertThat(pending.isBehind(conf, nothing, 1_000)).isFalse();
    await().until(() -> !pending.isBehind(conf, nothing, LARGE));
  }
}
