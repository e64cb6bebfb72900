package io.nanomq.router.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.loop.ManualLoops;
import io.nanomq.loop.TurnBudget;
import io.nanomq.memory.HeapBytes;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.TopicName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class MailboxTest {
  private static final long MAX_BYTES = 10_000_000;

  private final ManualLoops loops = new ManualLoops(1);
  private final List<Object> delivered = new ArrayList<>();
  private final TurnBudget budget = loops.context(0).budget();
  private int cost = 1;
  private boolean full;
  private final Mailbox mailbox =
      new Mailbox(
          loops.context(0),
          MAX_BYTES,
          batch -> {
            delivered.add(batch.target());
            budget.spend(cost);
          },
          () -> full);

  private static PublishMessage message() {
    return new PublishMessage(
        TopicName.of("t"), new byte[0], new byte[0], 0, false, PublishMessage.NEVER);
  }

  private void offer(Object... targets) {
    HandOff batch = new HandOff();
    for (Object target : targets) {
      batch.add(message(), target, 0);
    }
    mailbox.offer(batch);
  }

  @Test
  void theLoopIsWokenOnceHoweverMuchComes() {
    int before = loops.loop(0).waiting();
    offer("a");
    offer("b", "c");
    assertThat(loops.loop(0).waiting() - before).isEqualTo(1);
    assertThat(delivered).isEmpty();
    loops.runAll();
    assertThat(delivered).containsExactly("a", "b", "c");
    assertThat(mailbox.isEmpty()).isTrue();
    offer("d");
    loops.runAll();
    assertThat(delivered).endsWith("d");
  }

  @Test
  void whoeverTakesItEarlierLeavesNothingToTakeTwice() {
    offer("a");
    mailbox.take();
    assertThat(delivered).containsExactly("a");
    loops.runAll();
    assertThat(delivered).hasSize(1);
  }

  @Test
  void whatATurnHasNoRoomForIsTakenInTheNext() {
    cost = TurnBudget.PER_TURN / 2;
    offer("a", "b", "c", "d", "e");
    offer("f");
    mailbox.take();
    assertThat(delivered).containsExactly("a", "b");
    assertThat(mailbox.isEmpty()).as("a batch that is half taken still waits").isFalse();
    loops.runAll();
    assertThat(delivered).containsExactly("a", "b", "c", "d", "e", "f");
  }

  @Test
  void mailGetsItsPartOfATurnThatSocketsHaveUsedUp() {
    budget.spend(TurnBudget.PER_TURN);
    offer("a", "b");
    mailbox.take();
    assertThat(delivered).as("in the middle of a burst").isEmpty();
    cost = TurnBudget.RESERVED;
    assertThat(loops.loop(0).runOne()).as("the end of the turn").isTrue();
    budget.spend(TurnBudget.PER_TURN);
    assertThat(loops.loop(0).runOne()).isTrue();
    assertThat(delivered).containsExactly("a");
    loops.runAll();
    assertThat(delivered).containsExactly("a", "b");
  }

  @Test
  void whoSendsFasterThanIsTakenIsToldSoUntilItIs() {
    Object[] full = new Object[HandOff.CAPACITY];
    Arrays.fill(full, "x");
    int batches = 0;
    while (!mailbox.isLagging()) {
      offer(full);
      batches++;
    }
    assertThat(batches).isLessThan(1_000);
    loops.runAll();
    assertThat(mailbox.isLagging()).isFalse();
    assertThat(delivered).hasSize(batches * HandOff.CAPACITY);
  }

  @Test
  void aBatchIsFullAtItsCapacityAndIsReadInOrder() {
    HandOff batch = new HandOff();
    for (int i = 0; i < HandOff.CAPACITY; i++) {
      assertThat(batch.isFull()).isFalse();
      batch.add(message(), i, 0);
    }
    assertThat(batch.isFull()).isTrue();
    for (int i = 0; i < HandOff.CAPACITY; i++) {
      assertThat(batch.hasNext()).isTrue();
      assertThat(batch.target()).isEqualTo(i);
      batch.advance();
    }
    assertThat(batch.hasNext()).isFalse();
  }

  @Test
  void aFewLargeMessagesMakeItLagAsManySmallOnesDo() {
    var large =
        new PublishMessage(
            TopicName.of("t"), new byte[4_000_000], new byte[0], 0, false, PublishMessage.NEVER);
    assertThat(offerUntil(mailbox::isLagging, large)).isEqualTo(2);
    assertThat(mailbox.hasNoRoom()).isFalse();
    assertThat(offerUntil(mailbox::hasNoRoom, large)).isEqualTo(1);
    mailbox.take();
    assertThat(mailbox.isLagging()).isFalse();
    assertThat(mailbox.hasNoRoom()).isFalse();
    assertThat(delivered).hasSize(3);
  }

  @Test
  void batchesOfASingleSmallMessageCountAsWhatTheyAre() {
    assertThat(offerUntil(mailbox::hasNoRoom, message()))
        .isBetween(1, (int) MAX_BYTES / (2 * HeapBytes.references(HandOff.CAPACITY)));
  }

  private int offerUntil(BooleanSupplier enough, PublishMessage message) {
    int count = 0;
    for (; !enough.getAsBoolean(); count++) {
      HandOff batch = new HandOff();
      batch.add(message, "to", 0);
      mailbox.offer(batch);
    }
    return count;
  }
}
