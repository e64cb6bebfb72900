package io.nanomq.persistence.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.journal.FaultyDisk;
import io.nanomq.journal.JournalConf;
import io.nanomq.journal.JournalDriver;
import io.nanomq.journal.RecordBuffer;
import io.nanomq.loop.ManualLoops;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.TopicName;
import io.nanomq.persistence.DeliveryOptions;
import io.nanomq.persistence.GroupName;
import io.nanomq.persistence.MessageNumber;
import io.nanomq.persistence.RecoveredSession;
import io.nanomq.persistence.RecoveredState;
import io.nanomq.persistence.SessionStore;
import io.nanomq.persistence.StoreClock;
import io.nanomq.persistence.UndeliveredMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What groups cost in the store, and that of format 1 they are still found. */
class GroupRecordsTest {
  private static final String FIRST = "$share/one/" + "g".repeat(200) + "/t";
  private static final String SECOND = "$share/two/t";
  private static final String THIRD = "$share/three/t";
  private static final long NUMBER = MessageNumber.of(0, 7);
  private static final long SESSION = 3;

  private final RandomValues values = new RandomValues(new Random(5));
  private final ManualLoops loops = new ManualLoops(1);
  private final StoreClock clock = new StoreClock(loops::nowMillis, loops::nowMillis);
  private FaultyDisk disk = new FaultyDisk(new Random(1));

  private JournalStores open(int segment) throws IOException {
    return new JournalStores(disk, new JournalConf(segment, 1L << 30, 0), Long.MAX_VALUE, false);
  }

  private static PublishMessage message(String text) {
    byte[] payload = text.getBytes(StandardCharsets.UTF_8);
    return new PublishMessage(
        TopicName.of("t"), payload, new byte[0], 1, false, PublishMessage.NEVER);
  }

  // ---- records as format 1 has them

  private void oldMessage(RecordBuffer to, int flags, String... groups) {
    int start = Records.beginLarge(to, RecordType.MESSAGE);
    to.writeVar(NUMBER);
    to.writeByte(flags);
    to.writeVar(0);
    to.writeVar(0);
    to.writeVar(0);
    to.writeVar(groups.length);
    for (String group : groups) {
      to.writeString(group);
    }
    to.writeVar(0);
    MessageFormat.write(to, message("old"), clock);
    Records.endLarge(to, start);
  }

  private static void oldQueued(RecordBuffer to, String group) {
    int start = Records.beginLarge(to, RecordType.QUEUED);
    to.writeVar(SESSION);
    to.writeVar(0);
    to.writeVar(NUMBER);
    to.writeByte(0);
    to.writeVar(0);
    to.writeByte(1 | 16);
    to.writeString(group);
    Records.endLarge(to, start);
  }

  /** As the version before left it: two groups have not had the message, one has. */
  private void oldStore(int segment) throws IOException {
    JournalStores stores = open(segment);
    stores.recover(clock);
    RecordBuffer records = new RecordBuffer(64);
    RecordWriter.session(records, SESSION, values.session("c"));
    oldMessage(records, 0, FIRST, SECOND, THIRD);
    oldQueued(records, SECOND);
    Records.text(records, RecordType.HANDED_TO_GROUP, NUMBER, SECOND);
    stores.append(records, () -> {});
    JournalDriver.writeOnce(stores.journal());
    disk = disk.kill();
  }

  private static UndeliveredMessage only(RecoveredState state) {
    assertThat(state.undelivered()).hasSize(1);
    return state.undelivered().iterator().next();
  }

  private List<RecoveredSession.Message> read(JournalStores stores, SessionStore store) {
    List<RecoveredSession.Message> found = new ArrayList<>();
    store.read(SESSION, 0, 1, page -> found.addAll(page.messages()));
    loops.run(0);
    JournalDriver.writeOnce(stores.journal());
    loops.run(0);
    return found;
  }

  @Test
  void whatWasWrittenWithFiltersGoesToTheGroupsOfThese() throws IOException {
    oldStore(1 << 20);
    JournalStores stores = open(1 << 20);
    RecoveredState state = stores.recover(clock);
    UndeliveredMessage rest = only(state);
    assertThat(rest.groups()).containsExactlyInAnyOrder(GroupName.of(FIRST), GroupName.of(THIRD));
    assertThat(rest.message().payload()).isEqualTo(message("old").payload());
    assertThat(state.sessions().iterator().next().waiting().shared()).isTrue();
    SessionStore store = stores.open(loops.context(0), clock);
    stores.begin();
    RecoveredSession.Message waits = read(stores, store).get(0);
    assertThat(waits.delivery().group()).isEqualTo(GroupName.of(SECOND));
    assertThat(new String(waits.message().payload(), StandardCharsets.UTF_8)).isEqualTo("old");
    stores.close();
  }

  @Test
  void itIsStillSoWhenItsSegmentWasWrittenAnew() throws IOException {
    int segment = 8 * 1024;
    oldStore(segment);
    JournalStores stores = open(segment);
    stores.recover(clock);
    SessionStore store = stores.open(loops.context(0), clock);
    stores.begin();
    for (int i = 0; i < 2_000; i++) {
      store.retained(message("x".repeat(100)), i + 1);
      loops.run(0);
      JournalDriver.writeOnce(stores.journal());
    }
    // What stood in the first segments could not be there any more.
    assertThat(stores.journal().figures().writtenBytes()).isGreaterThan(20L * segment);
    assertThat(stores.journal().figures().bytes()).isLessThan(20L * segment);
    RecoveredSession.Message waits = read(stores, store).get(0);
    assertThat(waits.delivery().group()).isEqualTo(GroupName.of(SECOND));
    store.handedToGroup(NUMBER, GroupName.of(FIRST));
    loops.run(0);
    JournalDriver.writeOnce(stores.journal());
    disk = disk.kill();
    UndeliveredMessage rest = only(open(segment).recover(clock));
    assertThat(rest.groups()).containsExactly(GroupName.of(THIRD));
    assertThat(rest.message().payload()).isEqualTo(message("old").payload());
  }

  @Test
  void aLongNameIsNotWrittenOnceAMessage() throws IOException {
    JournalStores stores = open(1 << 20);
    stores.recover(clock);
    SessionStore store = stores.open(loops.context(0), clock);
    stores.begin();
    int count = 1_500;
    GroupName[] groups = new GroupName[count];
    for (int i = 0; i < count; i++) {
      groups[i] = GroupName.of("$share/" + i + "g".repeat(2_000) + "/t");
    }
    long before = stores.journal().figures().writtenBytes();
    store.published(NUMBER, message("1"), 0, groups, 0, 0);
    for (int i = 0; i < count; i++) {
      store.queued(
          SESSION, i, NUMBER, message("1"), new DeliveryOptions(1, false, null, groups[i]));
      store.handedToGroup(NUMBER, groups[i]);
    }
    loops.run(0);
    JournalDriver.writeOnce(stores.journal());
    assertThat(stores.journal().figures().writtenBytes() - before).isLessThan(count * 100L);
    stores.close();
  }

  @Test
  void aGroupHasOneNameAndNoOtherHas() {
    assertThat(GroupName.of(FIRST))
        .isEqualTo(GroupName.of(FIRST))
        .isNotEqualTo(GroupName.of(THIRD));
    // The same in all versions, as it stands on disk.
    assertThat(GroupName.of(SECOND).high()).isEqualTo(0xce073df0_3b1a8d27L);
    assertThat(GroupName.of(SECOND).low()).isEqualTo(0xed05a826_92f18779L);
  }
}
