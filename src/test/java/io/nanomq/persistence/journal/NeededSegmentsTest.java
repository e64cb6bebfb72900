package io.nanomq.persistence.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.journal.RecordBuffer;
import io.nanomq.journal.RecordHandler;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.Subscription;
import io.nanomq.persistence.DeliveryOptions;
import io.nanomq.persistence.GroupName;
import io.nanomq.persistence.MessageNumber;
import io.nanomq.persistence.StoreClock;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A segment is needed as long as there is anything in it that would be written anew. */
class NeededSegmentsTest {
  private static final long SESSION = 3;
  private static final StoreClock CLOCK = new StoreClock(() -> 5_000_000L, () -> 1_000);

  private final RandomValues values = new RandomValues(new Random(5));
  private final StoredState state = new StoredState(new IndexMemory(Long.MAX_VALUE));

  private void apply(long segment, Consumer<RecordBuffer> write) {
    apply(segment, 64, write);
  }

  private RecordBuffer apply(long segment, int at, Consumer<RecordBuffer> write) {
    RecordBuffer records = new RecordBuffer(64);
    write.accept(records);
    state.apply(segment, at, records.bytes(), records.length());
    return records;
  }

  private void message(RecordBuffer to, long number, long sequence) {
    PublishMessage message = values.message();
    GroupName[] groups = {};
    RecordWriter.published(to, number, message, CLOCK, 1, groups, SESSION, (int) sequence);
    DeliveryOptions options = new DeliveryOptions(1, false, null, null);
    RecordWriter.queued(to, SESSION, sequence, number, message, options, CLOCK);
  }

  @Test
  void itIsNeededUntilTheLastOfItStandsElsewhereOrIsOver() {
    state.restored();
    long first = MessageNumber.of(0, 1);
    long second = MessageNumber.of(0, 2);
    apply(5, to -> RecordWriter.session(to, SESSION, values.session("c")));
    apply(6, to -> message(to, first, 1));
    apply(7, to -> message(to, second, 2));
    apply(8, to -> RecordWriter.handedOver(to, 0, 0, second));
    apply(9, to -> Records.numbers(to, RecordType.SETTLED, SESSION, 1));
    assertThat(state.isNeeded(6)).as("the packet identifier is not released").isTrue();
    apply(9, to -> Records.numbers(to, RecordType.RELEASED, SESSION, 1));
    assertThat(state.isNeeded(6)).isFalse();
    assertThat(state.isNeeded(7)).as("it waits, and has the last sequence").isTrue();
    assertThat(state.isNeeded(5)).isTrue();
    Subscription subscription = new Subscription("f", 1, false, false, 0, 0);
    apply(10, to -> SubscriptionFormat.write(to, SESSION, subscription));
    apply(11, to -> SubscriptionFormat.write(to, SESSION, subscription));
    assertThat(state.isNeeded(10)).as("the newer one stands elsewhere").isFalse();
    apply(12, to -> Records.numbers(to, RecordType.ENDED, SESSION));
    for (long segment : new long[] {5, 6, 7, 9, 10, 11, 12}) {
      assertThat(state.isNeeded(segment)).as("%d", segment).isFalse();
    }
    assertThat(state.isNeeded(8)).as("how far the loop has handed over").isTrue();
    apply(13, to -> state.marks.write(to, RecordType.START));
    assertThat(state.isNeeded(8)).isFalse();
    assertThat(state.isNeeded(13)).isTrue();
  }

  @Test
  void whatIsRetainedIsLookedAtWhenItsSegmentGoes() {
    state.restored();
    apply(5, to -> RecordWriter.retained(to, values.message("t"), 1, CLOCK));
    apply(6, to -> Records.text(to, RecordType.UNRETAINED, 2, "t"));
    assertThat(state.isNeeded(5)).isTrue();
    state.gone(5);
    assertThat(state.isNeeded(6)).isTrue();
  }

  @Test
  void aSegmentIsReadUntilAllThatIsNeededOfItWasFound() {
    state.restored();
    Subscription subscription = new Subscription("f", 1, false, false, 0, 0);
    var older = apply(5, 100, to -> RecordWriter.session(to, SESSION, values.session("older")));
    var newer =
        apply(
            5,
            200,
            to -> {
              RecordWriter.session(to, SESSION, values.session("c"));
              SubscriptionFormat.write(to, SESSION, subscription);
            });
    var queued = apply(5, 300, to -> message(to, MessageNumber.of(0, 1), 1));
    apply(6, 100, to -> RecordWriter.handedOver(to, 0, 0, MessageNumber.of(0, 1)));
    apply(6, 200, to -> Records.numbers(to, RecordType.SETTLED, SESSION, 1));
    apply(6, 300, to -> Records.numbers(to, RecordType.RELEASED, SESSION, 1));
    apply(6, 400, to -> Records.numbers(to, RecordType.SEQUENCE, SESSION, 9));
    RecordHandler.Keeper keeper = state.keeper(5);
    RecordBuffer kept = new RecordBuffer(64);
    assertThat(keeper.keep(100, older.bytes(), older.length(), kept)).isTrue();
    assertThat(kept.length()).as("another one is in force").isZero();
    assertThat(keeper.keep(200, newer.bytes(), newer.length(), kept)).as("more").isFalse();
    int length = kept.length();
    assertThat(length).isPositive();
    assertThat(keeper.keep(300, queued.bytes(), queued.length(), kept)).isFalse();
    assertThat(kept.length()).isEqualTo(length);
  }

  @Test
  void whatWaitsBehindOthersIsStillToBeFound() {
    state.restored();
    apply(4, 100, to -> RecordWriter.session(to, SESSION, values.session("c")));
    var first = apply(5, 100, to -> message(to, MessageNumber.of(0, 1), 1));
    var second = apply(5, 200, to -> message(to, MessageNumber.of(0, 2), 2));
    apply(6, 100, to -> RecordWriter.handedOver(to, 0, 0, MessageNumber.of(0, 2)));
    apply(6, 200, to -> Records.numbers(to, RecordType.SETTLED, SESSION, 1));
    apply(6, 300, to -> Records.numbers(to, RecordType.RELEASED, SESSION, 1));
    RecordHandler.Keeper keeper = state.keeper(5);
    RecordBuffer kept = new RecordBuffer(64);
    assertThat(keeper.keep(100, first.bytes(), first.length(), kept)).isTrue();
    assertThat(kept.length()).isZero();
    assertThat(keeper.keep(200, second.bytes(), second.length(), kept)).isFalse();
    RecordReader in = new RecordReader(kept.bytes(), kept.length());
    assertThat(in.next()).isTrue();
    assertThat(in.type()).as("its packet identifier").isEqualTo(RecordType.RECEIVED);
    assertThat(in.next()).isTrue();
    assertThat(in.type()).isEqualTo(RecordType.MESSAGE);
    assertThat(in.next()).isTrue();
    assertThat(in.type()).isEqualTo(RecordType.QUEUED);
    assertThat(in.next()).isFalse();
  }
}
