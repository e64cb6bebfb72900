package io.nanomq.persistence.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.journal.FaultyDisk;
import io.nanomq.journal.JournalConf;
import io.nanomq.journal.JournalDriver;
import io.nanomq.loop.ManualLoops;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.TopicName;
import io.nanomq.persistence.DeliveryOptions;
import io.nanomq.persistence.GroupName;
import io.nanomq.persistence.MessageNumber;
import io.nanomq.persistence.SessionStore;
import io.nanomq.persistence.StoreClock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a loop tells a journal that is busy, and who waits for it. */
class LoopStoreTest {
  private static final int MANY = 40_000;

  private static final long NUMBER = MessageNumber.of(0, 1);
  private static final DeliveryOptions HOW = new DeliveryOptions(1, false, new int[0], null);

  private final ManualLoops loops = new ManualLoops(2);
  private final StoreClock clock = new StoreClock(loops::nowMillis, loops::nowMillis);
  private final JournalStores stores;
  private final SessionStore store;
  private final List<Long> safe = new ArrayList<>();

  LoopStoreTest() throws IOException {
    JournalConf conf = new JournalConf(1 << 20, 1L << 30, 0);
    stores = new JournalStores(new FaultyDisk(new Random(1)), conf, Long.MAX_VALUE, false);
    stores.recover(clock);
    store = stores.open(loops.context(0), clock);
    stores.begin();
  }

  /** From now on the journal has something to write. */
  private void keepBusy() {
    store.received(9, 1);
    loops.run(0);
  }

  private void write() {
    JournalDriver.writeOnce(stores.journal());
    loops.run(0);
  }

  private void publish(long targets, String... groups) {
    PublishMessage message =
        new PublishMessage(
            TopicName.of("t"), new byte[9], new byte[0], 1, false, PublishMessage.NEVER);
    GroupName[] names = Stream.of(groups).map(GroupName::of).toArray(GroupName[]::new);
    store.published(NUMBER, message, targets, names, 0, 0);
    store.queued(1, 0, NUMBER, message, HOW);
    store.sent(1, 0, 7);
    store.afterCommit(safe::add, NUMBER);
    store.handedOver(0, NUMBER);
    loops.run(0);
  }

  private long writtenBytes() {
    return stores.figures().writtenBytes();
  }

  @Test
  void whatIsAcknowledgedWhileTheDiskIsBusyIsNotWritten() {
    keepBusy();
    publish(1);
    assertThat(safe).isEmpty();
    store.settled(1, 0);
    loops.run(0);
    assertThat(safe).as("the publisher need not wait").containsExactly(NUMBER);
    write();
    long written = writtenBytes();
    write();
    assertThat(writtenBytes()).isEqualTo(written);
  }

  @Test
  void whatIsNotAcknowledgedIsWritten() {
    keepBusy();
    publish(1);
    write();
    assertThat(safe).isEmpty();
    long written = writtenBytes();
    write();
    assertThat(safe).containsExactly(NUMBER);
    assertThat(writtenBytes()).isGreaterThan(written);
  }

  @Test
  void ofSeveralWhoGetItAllHaveToAcknowledge() {
    keepBusy();
    publish(1);
    PublishMessage same =
        new PublishMessage(
            TopicName.of("t"), new byte[9], new byte[0], 1, false, PublishMessage.NEVER);
    store.queued(2, 0, NUMBER, same, HOW);
    store.settled(1, 0);
    loops.run(0);
    assertThat(safe).isEmpty();
    write();
    write();
    assertThat(safe).containsExactly(NUMBER);
  }

  @ParameterizedTest
  @CsvSource({"3,", "1,$share/g/t"})
  void whatOthersAreToldOfIsWritten(long targets, String group) {
    keepBusy();
    publish(targets, group == null ? new String[0] : new String[] {group});
    store.settled(1, 0);
    loops.run(0);
    assertThat(safe).isEmpty();
    write();
    write();
    assertThat(safe).containsExactly(NUMBER);
  }

  @Test
  void whatWasTakenWaitsForTheDiskThoughItsMessageIsHeld() {
    keepBusy();
    publish(1);
    store.taken(1, 0);
    store.afterCommit(safe::add, 5);
    loops.run(0);
    assertThat(safe).isEmpty();
    write();
    write();
    assertThat(safe).containsExactly(NUMBER, 5L);
  }

  @Test
  void whoWaitsForMoreThanAMessageWaitsForTheDisk() {
    keepBusy();
    publish(1);
    store.received(1, 3);
    store.afterCommit(safe::add, 5);
    store.settled(1, 0);
    loops.run(0);
    assertThat(safe).doesNotContain(5L);
    write();
    write();
    assertThat(safe).containsExactly(NUMBER, 5L);
  }

  @Test
  void aStoreThatClosesWritesWhatIsHeld() throws IOException {
    keepBusy();
    publish(1);
    long before = stores.journal().figures().pendingBytes();
    ((LoopStore) store).seal();
    assertThat(stores.journal().figures().pendingBytes()).isGreaterThan(before);
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
    loops.run(0);
    JournalDriver.writeOnce(stores.journal());
    loops.run(0);
    assertThat(told[0]).isEqualTo(MANY);
    assertThat(store.isCrowded()).isFalse();
  }
}
