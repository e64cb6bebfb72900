package io.nanomq.persistence.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.journal.FaultyDisk;
import io.nanomq.journal.JournalConf;
import io.nanomq.journal.JournalDriver;
import io.nanomq.loop.ManualLoops;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.TopicName;
import io.nanomq.persistence.GroupName;
import io.nanomq.persistence.MessageNumber;
import io.nanomq.persistence.SessionStore;
import io.nanomq.persistence.StoreClock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What waits for a disk that stands still, however little each of it has told. */
class LoopStoreTest {
  private static final int MANY = 40_000;

  private final ManualLoops loops = new ManualLoops(1);
  private final JournalStores stores;
  private final SessionStore store;

  LoopStoreTest() throws IOException {
    StoreClock clock = new StoreClock(loops::nowMillis, loops::nowMillis);
    JournalConf conf = new JournalConf(1 << 20, 1L << 30, 0);
    stores = new JournalStores(new FaultyDisk(new Random(1)), conf, Long.MAX_VALUE, false);
    stores.recover(clock);
    store = stores.open(loops.context(0), clock);
    stores.begin();
  }

  private void step() {
    loops.run(0);
    JournalDriver.writeOnce(stores.journal());
    loops.run(0);
  }

  /** A client that acknowledges in order costs the same few bytes however much it is. */
  @Test
  void whatIsAcknowledgedInOrderIsOneRecord() {
    long before = stores.journal().figures().writtenBytes();
    for (int i = 0; i < MANY; i++) {
      store.settled(1, i);
      store.sent(1, MANY + i, 1 + i);
    }
    step();
    assertThat(stores.journal().figures().writtenBytes() - before).isLessThan(100);
  }

  /** Nobody waits for what a client has acknowledged, but whoever asks behind it. */
  @Test
  void anAnswerBehindWhatWasAcknowledgedIsTold() {
    for (int i = 0; i < 100; i++) {
      store.settled(1, i);
    }
    loops.run(0);
    long[] told = new long[1];
    store.afterCommit(token -> told[0] += token, 7);
    step();
    step();
    assertThat(told[0]).isEqualTo(7);
  }

  private void publish(long count, int bytes) {
    var message =
        new PublishMessage(
            TopicName.of("t"), new byte[bytes], new byte[0], 1, false, PublishMessage.NEVER);
    store.published(MessageNumber.of(0, count), message, 1, new GroupName[0], 0, 0);
  }

  /** What a loop has handed over comes with the messages, however early in its turn they came. */
  @Test
  void whatBelongsToATurnIsOneBatch() {
    long before = stores.journal().figures().batches();
    int[] asked = new int[1];
    store.beforeWriting(() -> asked[0]++);
    store.settled(1, 1);
    publish(1, 10);
    store.beforeWriting(() -> store.handedOver(0, MessageNumber.of(0, 1)));
    step();
    step();
    assertThat(stores.journal().figures().batches() - before).isOne();
    assertThat(asked[0]).isZero();
  }

  /** A turn with very much is written in parts, each with what was handed over by then. */
  @Test
  void aLongTurnIsWrittenInPartsThatAreWhole() {
    long before = stores.journal().figures().batches();
    long[] last = new long[1];
    List<Long> told = new ArrayList<>();
    store.beforeWriting(
        () -> {
          told.add(last[0]);
          store.handedOver(0, MessageNumber.of(0, last[0]));
        });
    for (int i = 1; i <= 400; i++) {
      publish(i, 1000);
      last[0] = i;
    }
    step();
    assertThat(stores.journal().figures().batches() - before).isEqualTo(told.size()).isEqualTo(4);
    assertThat(told).startsWith(112L).endsWith(400L);
  }

  @Test
  void manyAnswersThatWaitAreTold() {
    long[] told = new long[1];
    store.received(1, 1);
    for (int i = 0; i < MANY; i++) {
      assertThat(store.isCrowded()).isEqualTo(i > 32 * 1024);
      store.afterCommit(token -> told[0] += token, 1);
    }
    assertThat(store.isBehind()).isFalse();
    step();
    assertThat(told[0]).isEqualTo(MANY);
    assertThat(store.isCrowded()).isFalse();
  }
}
