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
import io.nanomq.persistence.SessionStore;
import io.nanomq.persistence.StoreClock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Messages that are read for sessions, as far as their loop takes them. */
class PagesTest {
  private static final int SESSIONS = 20;
  private static final int BYTES = 60_000;

  private final ManualLoops loops = new ManualLoops(1);
  private final JournalStores stores;

  PagesTest() throws IOException {
    JournalConf conf = new JournalConf(1 << 20, 1L << 30, 0);
    stores = new JournalStores(new FaultyDisk(new Random(1)), conf, 3 * BYTES, false);
  }

  private SessionStore open() throws IOException {
    StoreClock clock = new StoreClock(loops::nowMillis, loops::nowMillis);
    stores.recover(clock);
    SessionStore store = stores.open(loops.context(0), clock);
    stores.begin();
    return store;
  }

  /** However many sessions ask at once, and however slow their loop is. */
  @Test
  void noMoreIsReadThanLoopsTake() throws IOException {
    SessionStore store = open();
    for (int session = 1; session <= SESSIONS; session++) {
      store.queued(session, 0, 0, message(session), new DeliveryOptions(1, false, null, null));
    }
    step();

    List<String> topics = new ArrayList<>();
    for (int session = 1; session <= SESSIONS; session++) {
      store.read(session, 0, 1, page -> topics.add(topic(page.messages().get(0).message())));
    }
    step();
    assertThat(topics).hasSizeBetween(3, 4);
    for (int i = 0; i < SESSIONS; i++) {
      step();
    }
    assertThat(topics).as("in the order in which they asked").hasSize(SESSIONS);
    assertThat(topics.get(SESSIONS - 1)).isEqualTo("t" + SESSIONS);
  }

  /** Many sessions that come back for one large message cost its bytes once. */
  @Test
  void whoWaitsForTheSameMessageGetsTheSameObject() throws IOException {
    SessionStore store = open();
    DeliveryOptions options = new DeliveryOptions(1, false, null, null);
    for (int number = 1; number <= 2; number++) {
      store.published(number, message(number), 1, new GroupName[0], 0, 0);
      store.queued(1, number, number, message(number), options);
      store.queued(2, number, number, message(number), options);
    }
    step();

    List<PublishMessage> first = read(store, 1);
    List<PublishMessage> second = read(store, 2);
    assertThat(first).extracting(PagesTest::topic).containsExactly("t1", "t2");
    assertThat(second).hasSize(2);
    assertThat(second.get(0)).isSameAs(first.get(0));
    assertThat(second.get(1)).isSameAs(first.get(1));
  }

  private List<PublishMessage> read(SessionStore store, long session) {
    List<PublishMessage> messages = new ArrayList<>();
    store.read(session, 0, 4, page -> page.messages().forEach(m -> messages.add(m.message())));
    step();
    return messages;
  }

  private static PublishMessage message(int number) {
    byte[] payload = new byte[BYTES];
    return new PublishMessage(
        TopicName.of("t" + number), payload, new byte[0], 1, false, PublishMessage.NEVER);
  }

  private static String topic(PublishMessage message) {
    return message == null ? "none" : message.topic().text();
  }

  /** The loop's turn ends, the journal does what it has to once, and the loop takes it. */
  private void step() {
    loops.run(0);
    JournalDriver.writeOnce(stores.journal());
    loops.run(0);
  }
}
