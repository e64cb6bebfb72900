package io.nanomq.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TurnBudgetTest {
  private final ManualLoops loops = new ManualLoops(1);
  private final TurnBudget budget = loops.context(0).budget();
  private final List<String> done = new ArrayList<>();

  @Test
  void aTurnIsUsedUpByWhatItDidAndTheNextIsNot() {
    budget.spend(TurnBudget.PER_TURN - 1);
    assertThat(budget.isUsedUp()).isFalse();
    assertThat(loops.loop(0).waiting()).as("nothing to be done at the end").isZero();
    budget.spend(1);
    assertThat(budget.isUsedUp()).isTrue();
    loops.runAll();
    assertThat(budget.left()).isEqualTo(TurnBudget.PER_TURN);
  }

  @Test
  void whatIsPutOffIsDoneInTheNextTurnInOrder() {
    budget.nextTurn(() -> done.add("first"));
    budget.nextTurn(() -> done.add("second"));
    assertThat(done).isEmpty();
    loops.loop(0).runOne();
    assertThat(done).as("the turn has ended").isEmpty();
    loops.loop(0).runOne();
    assertThat(done).containsExactly("first", "second");
  }

  @Test
  void whatUsesUpItsTurnLeavesTheOthersToTheTurnAfter() {
    for (int i = 0; i < 3; i++) {
      String name = "" + i;
      budget.nextTurn(
          () -> {
            done.add(name);
            budget.spend(TurnBudget.PER_TURN);
          });
    }
    loops.loop(0).runOne();
    loops.loop(0).runOne();
    assertThat(done).containsExactly("0");
    loops.runAll();
    assertThat(done).containsExactly("0", "1", "2");
  }

  @Test
  void whoHasMuchToDoComesBehindTheOthersAndGetsAPartOfEachTurn() {
    for (int i = 0; i < 3; i++) {
      budget.behindOthers(() -> much(3));
    }
    budget.nextTurn(() -> done.add("little"));
    loops.loop(0).runOne();
    loops.loop(0).runOne();
    assertThat(done).containsExactly("little", "much");
    budget.nextTurn(() -> done.add("later"));
    budget.nextTurn(() -> budget.spend(TurnBudget.PER_TURN));
    loops.loop(0).runOne();
    loops.loop(0).runOne();
    assertThat(done).containsExactly("little", "much", "later", "much");
    loops.runAll();
    assertThat(done).hasSize(2 + 3 * 3);
  }

  /** From 64 KiB on the pages of the socket's buffer cost more than the copy. */
  @Test
  void largeMessagesCostMoreForEachByteAndAreMuch() {
    int almost = TurnBudget.ofBytes(64 * 1024 - 1);
    assertThat(TurnBudget.ofBytes(64 * 1024)).isGreaterThan(3 * almost);
    assertThat(TurnBudget.ofBytes(1_000_000))
        .as("a turn by itself")
        .isBetween(TurnBudget.PER_TURN, 2 * TurnBudget.PER_TURN);
    budget.nextTurn(() -> done.add("large"), 64 * 1024);
    budget.nextTurn(() -> done.add("small"), 64 * 1024 - 1);
    loops.runAll();
    assertThat(done).containsExactly("small", "large");
  }

  private void much(int times) {
    done.add("much");
    budget.spend(TurnBudget.PER_TURN);
    if (times > 1) {
      budget.behindOthers(() -> much(times - 1));
    }
  }

  @Test
  void whoPutsItselfOffAgainComesAfterThoseWhoWait() {
    budget.nextTurn(
        () -> {
          done.add("greedy");
          budget.nextTurn(() -> done.add("greedy again"));
        });
    budget.nextTurn(() -> done.add("modest"));
    loops.runAll();
    assertThat(done).containsExactly("greedy", "modest", "greedy again");
  }

  @Test
  void whoWaitsGetsSomeOfEveryTurnHoweverMuchItHasDone() {
    IntStream.range(0, 3).forEach(i -> budget.nextTurn(() -> done.add("" + i)));
    loops.loop(0).runOne();
    budget.spend(2 * TurnBudget.PER_TURN); // what came from sockets ahead of them
    loops.loop(0).runOne();
    assertThat(done).hasSize(3);
  }

  @Test
  void workThatFailsKeepsNobodyFromItsTurn() {
    budget.nextTurn(
        () -> {
          throw new IllegalStateException("broken on purpose");
        });
    budget.nextTurn(() -> done.add("other"));
    loops.runAll();
    assertThat(done).containsExactly("other");
  }
}
