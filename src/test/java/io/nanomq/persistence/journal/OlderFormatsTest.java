package io.nanomq.persistence.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nanomq.journal.FaultyDisk;
import io.nanomq.journal.JournalConf;
import io.nanomq.journal.JournalDriver;
import io.nanomq.journal.JournalException;
import io.nanomq.journal.RecordBuffer;
import io.nanomq.persistence.DeliveryOptions;
import io.nanomq.persistence.RecoveredSession;
import io.nanomq.persistence.StoreClock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What versions before this one have left is read, what a later one has left is refused. */
class OlderFormatsTest {
  private static final long SESSION = 3;
  private static final StoreClock CLOCK = new StoreClock(() -> 5_000_000L, () -> 1_000);

  private final RandomValues values = new RandomValues(new Random(5));
  private FaultyDisk disk = new FaultyDisk(new Random(1));

  private JournalStores open() throws IOException {
    return new JournalStores(disk, new JournalConf(1 << 20, 1L << 30, 0), Long.MAX_VALUE, false);
  }

  private void left(Consumer<RecordBuffer> by) throws IOException {
    JournalStores stores = open();
    stores.recover(CLOCK);
    RecordBuffer records = new RecordBuffer(64);
    by.accept(records);
    stores.append(records, () -> {});
    JournalDriver.writeOnce(stores.journal());
    disk = disk.kill();
  }

  private static void start(RecordBuffer to, int format) {
    int start = Records.begin(to, RecordType.START);
    to.writeVar(format);
    to.writeVar(SESSION);
    to.writeVar(0);
    to.writeVar(0);
    Records.end(to, start);
  }

  /** Each message that was sent, taken or settled has a record of its own there. */
  private void records(RecordBuffer to) {
    start(to, 2);
    RecordWriter.session(to, SESSION, values.session("c"));
    DeliveryOptions options = new DeliveryOptions(2, false, null, null);
    for (int i = 0; i < 6; i++) {
      RecordWriter.queued(to, SESSION, i, 0, values.message(), options, CLOCK);
    }
    for (int i = 0; i < 4; i++) {
      Records.numbers(to, RecordType.SENT, SESSION, i, 10 + i);
    }
    Records.numbers(to, RecordType.TAKEN, SESSION, 0);
    Records.numbers(to, RecordType.TAKEN, SESSION, 1);
    Records.numbers(to, RecordType.TAKEN, SESSION, 2);
    Records.numbers(to, RecordType.SETTLED, SESSION, 0);
    Records.numbers(to, RecordType.SETTLED, SESSION, 1);
  }

  @Test
  void whatFormat2SaysOneByOneIsFound() throws IOException {
    left(this::records);
    RecoveredSession found = open().recover(CLOCK).sessions().iterator().next();
    List<RecoveredSession.Message> sent = new ArrayList<>();
    found.messages().forEach(sent::add);
    assertThat(sent).extracting(RecoveredSession.Message::sequence).containsExactly(2L, 3L);
    assertThat(sent).extracting(RecoveredSession.Message::packetId).containsExactly(12, 13);
    assertThat(sent.get(0).taken()).isTrue();
    assertThat(sent.get(1).taken()).isFalse();
    assertThat(found.waiting().first()).isEqualTo(4);
    assertThat(found.waiting().count()).isEqualTo(2);
  }

  @Test
  void whatALaterVersionHasLeftIsRefused() throws IOException {
    JournalStores stores = open();
    stores.recover(CLOCK);
    RecordBuffer records = new RecordBuffer(64);
    start(records, RecordType.FORMAT + 1);
    stores.append(records, () -> {});
    assertThatThrownBy(() -> JournalDriver.writeOnce(stores.journal()))
        .isInstanceOf(UnknownFormatException.class);
    disk = disk.kill();
    assertThatThrownBy(this::open)
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("records of format " + (RecordType.FORMAT + 1));
  }
}
