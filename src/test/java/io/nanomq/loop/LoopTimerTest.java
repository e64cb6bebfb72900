package io.nanomq.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class LoopTimerTest {
  private static final long START = 7_777;

  private final List<String> happened = new ArrayList<>();
  private final ManualLoops loops = new ManualLoops(1);
  private final TurnBudget budget = loops.context(0).budget();
  private final LoopTimer timer = new LoopTimer(START, budget);

  private final class Named extends Timeout {
    private final String name;
    private final Runnable action;

    Named(String name, Runnable action) {
      this.name = name;
      this.action = action;
    }

    @Override
    protected void expired() {
      happened.add(name);
      action.run();
    }
  }

  private Named named(String name) {
    return new Named(name, () -> {});
  }

  @Test
  void happensAtTheFirstTickThatIsNotBeforeTheDeadline() {
    timer.arm(named("a"), 8_050);
    timer.advance(8_049);
    assertThat(happened).isEmpty();
    timer.advance(8_050 + LoopTimer.TICK_MILLIS);
    assertThat(happened).containsExactly("a");
  }

  @Test
  void whatATurnHasNoRoomForHappensInTheNext() {
    for (int i = 0; i < 10; i++) {
      timer.arm(named("" + i), 8_000);
      timer.arm(named("later " + i), 8_500);
    }
    budget.spend(TurnBudget.PER_TURN - 3 * TurnBudget.VISIT);
    assertThat(timer.advance(8_200)).isFalse();
    assertThat(happened).hasSize(3);
    timer.arm(named("late"), 8_100);
    loops.runAll();
    assertThat(timer.advance(8_300)).isTrue();
    assertThat(happened).hasSize(11).doesNotHaveDuplicates().contains("late");
    assertThat(timer.advance(8_700)).isTrue();
    assertThat(happened).hasSize(21).doesNotHaveDuplicates();
  }

  @Test
  void happensOnce() {
    Timeout a = named("a");
    timer.arm(a, 8_000);
    for (long now = START; now < 300_000; now += 100) {
      timer.advance(now);
    }
    assertThat(happened).containsExactly("a");
    assertThat(a.isArmed()).isFalse();
  }

  @Test
  void aDeadlineInThePastHappensAtTheNextTick() {
    timer.arm(named("a"), 5);
    timer.advance(START + LoopTimer.TICK_MILLIS);
    assertThat(happened).containsExactly("a");
  }

  @Test
  void whatIsCancelledDoesNotHappen() {
    Timeout a = named("a");
    Timeout b = named("b");
    Timeout c = named("c");
    timer.arm(a, 8_000);
    timer.arm(b, 8_000);
    timer.arm(c, 8_000);
    timer.cancel(b);
    timer.cancel(b);
    assertThat(b.isArmed()).isFalse();
    timer.advance(8_100);
    assertThat(happened).containsExactlyInAnyOrder("a", "c");
  }

  @Test
  void armingAgainMovesIt() {
    Timeout a = named("a");
    timer.arm(a, 8_000);
    timer.arm(a, 9_000);
    timer.advance(8_900);
    assertThat(happened).isEmpty();
    assertThat(a.isArmed()).isTrue();
    timer.advance(9_100);
    assertThat(happened).containsExactly("a");
  }

  @Test
  void oneThatHappensMayCancelAnotherOfTheSameTick() {
    Timeout victim = named("victim");
    Timeout other = named("other");
    timer.arm(victim, 8_000);
    timer.arm(other, 8_000);
    // Armed last, expires first: the slot is a stack.
    timer.arm(new Named("killer", () -> timer.cancel(victim)), 8_000);
    timer.advance(8_100);
    assertThat(happened).containsExactly("killer", "other");
    assertThat(victim.isArmed()).isFalse();
  }

  @Test
  void oneThatHappensMayArmItselfForThePastWithoutHoldingTheLoopUp() {
    Named[] self = new Named[1];
    self[0] = new Named("again", () -> timer.arm(self[0], 0));
    timer.arm(self[0], 8_000);
    timer.advance(8_100);
    assertThat(happened).hasSize(1);
    timer.advance(8_200);
    assertThat(happened).hasSize(2);
  }

  @Test
  void deadlinesBeyondOneRoundOfTheWheelWaitForTheirs() {
    long round = 1024L * LoopTimer.TICK_MILLIS;
    timer.arm(named("near"), START + 50);
    timer.arm(named("far"), START + 50 + round);
    timer.arm(named("farther"), START + 50 + 7 * round);
    for (long now = START; now < START + 2 * round; now += 100) {
      timer.advance(now);
    }
    assertThat(happened).containsExactly("near", "far");
    timer.advance(START + 8 * round);
    assertThat(happened).containsExactly("near", "far", "farther");
  }

  @Test
  void aLongStallMeetsEveryTimeoutThatIsDueAndNoOther() {
    long stall = 5 * 1024L * LoopTimer.TICK_MILLIS;
    for (int i = 0; i < 3_000; i++) {
      timer.arm(named("due"), START + 1 + i * 150L);
    }
    timer.arm(named("later"), START + stall + 500);
    timer.advance(START + stall);
    assertThat(happened).hasSize(3_000).doesNotContain("later");
    timer.advance(START + stall + 600);
    assertThat(happened).hasSize(3_001).endsWith("later");
  }

  @Test
  void oneThatFailsKeepsNoOtherFromHappening() {
    timer.arm(named("before"), 8_000);
    Runnable failure =
        () -> {
          throw new IllegalStateException("broken on purpose");
        };
    timer.arm(new Named("broken", failure), 8_000);
    timer.arm(named("next tick"), 8_100);
    assertThatCode(() -> timer.advance(8_300)).doesNotThrowAnyException();
    assertThat(happened).containsExactly("broken", "before", "next tick");
  }

  @Test
  void theClockMayBeginBelowZero() {
    LoopTimer early = new LoopTimer(-250_050, budget);
    early.arm(named("a"), -249_000);
    early.advance(-249_001);
    assertThat(happened).isEmpty();
    early.advance(-248_900);
    assertThat(happened).containsExactly("a");
  }

  /** What a timeout of the random test was told, and what became of it. */
  private static final class Tracked extends Timeout {
    private final Map<Tracked, Long> armed;
    private final Random random;
    private final LoopTimer timer;
    private long now;
    private long armedAt;

    Tracked(Map<Tracked, Long> armed, Random random, LoopTimer timer) {
      this.armed = armed;
      this.random = random;
      this.timer = timer;
    }

    void arm(long deadline) {
      timer.arm(this, deadline);
      armed.put(this, deadline);
      armedAt = now;
    }

    @Override
    protected void expired() {
      Long deadline = armed.remove(this);
      assertThat(deadline).as("armed by whoever is asked").isNotNull();
      assertThat(now).as("never early").isGreaterThanOrEqualTo(deadline);
      if (random.nextInt(4) == 0) {
        arm(now + random.nextInt(500_000) - 1000);
      }
    }
  }

  @Property(tries = 200)
  void neverEarlyAndAtMostATickLateAsAListOfDeadlinesWouldHaveIt(@ForAll Random random) {
    long now = random.nextInt(1_000_000);
    LoopTimer wheel = new LoopTimer(now, new ManualLoops(1).context(0).budget());
    Map<Tracked, Long> armed = new HashMap<>();
    List<Tracked> all = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      Tracked tracked = new Tracked(armed, random, wheel);
      tracked.now = now;
      all.add(tracked);
    }
    for (int step = 0; step < 300; step++) {
      Tracked one = all.get(random.nextInt(all.size()));
      switch (random.nextInt(4)) {
        case 0 -> {
          wheel.cancel(one);
          armed.remove(one);
        }
        case 1, 2 -> one.arm(now + random.nextInt(random.nextBoolean() ? 1_000 : 400_000) - 100);
        default -> {
          now += random.nextInt(20) == 0 ? random.nextInt(300_000) : random.nextInt(300);
          long current = now;
          all.forEach(t -> t.now = current);
          wheel.advance(now);
          assertThat(armed.entrySet())
              .allSatisfy(
                  e -> {
                    long due = Math.max(e.getValue(), e.getKey().armedAt);
                    assertThat(current - due).as("late").isLessThan(LoopTimer.TICK_MILLIS);
                  });
        }
      }
      assertThat(all).allMatch(t -> t.isArmed() == armed.containsKey(t));
    }
  }
}
