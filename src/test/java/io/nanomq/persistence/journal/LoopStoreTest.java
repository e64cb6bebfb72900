package io.nanomq.persistence.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.journal.FaultyDisk;
import io.nanomq.journal.JournalConf;
import io.nanomq.journal.JournalDriver;
import io.nanomq.loop.ManualLoops;
import io.nanomq.persistence.SessionStore;
import io.nanomq.persistence.StoreClock;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What waits for a disk that stands still, however little each of it has told. */
class LoopStoreTest {
  private static final int MANY = 40_000;

  @Test
  void manyAnswersThatWaitAreTold() throws IOException {
    ManualLoops loops = new ManualLoops(1);
    StoreClock clock = new StoreClock(loops::nowMillis, loops::nowMillis);
    JournalConf conf = new JournalConf(1 << 20, 1L << 30, 0);
    var stores = new JournalStores(new FaultyDisk(new Random(1)), conf, Long.MAX_VALUE, false);
    stores.recover(clock);
    SessionStore store = stores.open(loops.context(0), clock);
    stores.begin();
    long[] told = new long[1];
    store.received(1, 1);
    for (int i = 0; i < MANY; i++) {
      assertThat(store.isCrowded()).isEqualTo(i > 32 * 1024);
      store.afterCommit(token -> told[0] += token, 1);
    }
    assertThat(store.isBehind()).isFalse();
    loops.run(0);
    JournalDriver.writeOnce(stores.journal());
    loops.run(0);
    assertThat(told[0]).isEqualTo(MANY);
    assertThat(store.isCrowded()).isFalse();
  }
}
