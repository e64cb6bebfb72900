package io.nanomq.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.DefaultEventLoopGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LoopContextTest {
  private final ManualLoops loops = new ManualLoops(1);
  private final LoopContext loop = loops.context(0);
  private final List<String> done = new ArrayList<>();

  @Test
  void workIsDoneAtTheEndOfTheTurnInTheOrderInWhichItWasAskedFor() {
    loop.atTurnEnd(() -> done.add("first"));
    loop.atTurnEnd(() -> done.add("second"));
    assertThat(done).isEmpty();
    loops.runAll();
    assertThat(done).containsExactly("first", "second");
  }

  @Test
  void oneTaskEndsTheTurnHoweverMuchWorkThereIs() {
    IntStream.range(0, 1_000).forEach(i -> loop.atTurnEnd(() -> done.add("" + i)));
    assertThat(loops.loop(0).waiting()).isEqualTo(1);
    loops.runAll();
    assertThat(done).hasSize(1_000);
    assertThat(loop.turn()).isEqualTo(1);
  }

  @Test
  void workThatAsksForMoreGetsItDoneInTheSameTurn() {
    loop.atTurnEnd(
        () -> {
          done.add("first");
          loop.atTurnEnd(() -> done.add("more"));
        });
    loop.atTurnEnd(() -> done.add("second"));
    loops.runAll();
    assertThat(done).containsExactly("first", "second", "more");
  }

  @Test
  void whatIsToBeDoneFirstIsAheadOfAllOtherWork() {
    loop.atTurnEnd(() -> done.add("work"));
    loop.firstAtTurnEnd(() -> done.add("ahead"));
    loops.runAll();
    loop.firstAtTurnEnd(() -> done.add("alone"));
    loops.runAll();
    assertThat(done).containsExactly("ahead", "work", "alone");
  }

  @Test
  void messagesFlowWhileThereAreSomeInATick() {
    loop.counters().publishesReceived += LoopContext.BUSY_MESSAGES / 2;
    loop.counters().publishesSent += LoopContext.BUSY_MESSAGES / 2;
    assertThat(loop.isBusy()).isFalse();
    loop.tick();
    assertThat(loop.isBusy()).isTrue();
    loop.counters().publishesReceived += LoopContext.BUSY_MESSAGES - 1;
    loop.tick();
    assertThat(loop.isBusy()).isFalse();
  }

  @Test
  void workIsDoneOnce() {
    loop.atTurnEnd(() -> done.add("first"));
    loops.runAll();
    loop.atTurnEnd(() -> done.add("second"));
    loops.runAll();
    assertThat(done).containsExactly("first", "second");
  }

  @Test
  void aTurnWithVeryMuchWorkIsFollowedByOrdinaryOnes() {
    IntStream.range(0, 40_000).forEach(i -> loop.atTurnEnd(() -> done.add("")));
    loops.runAll();
    loop.atTurnEnd(() -> done.add("next"));
    loops.runAll();
    assertThat(done).hasSize(40_001).endsWith("next");
  }

  @Test
  void workThatFailsKeepsNoOtherFromBeingDone() {
    loop.atTurnEnd(() -> done.add("before"));
    loop.atTurnEnd(
        () -> {
          throw new IllegalStateException("broken on purpose");
        });
    loop.atTurnEnd(() -> done.add("behind"));
    loops.runAll();
    loop.atTurnEnd(() -> done.add("next turn"));
    loops.runAll();
    assertThat(done).containsExactly("before", "behind", "next turn");
  }

  @Test
  void timeMovesByTicks() {
    long start = loop.nowMillis();
    loop.timer().arm(later(), start + 1_000);
    loops.advance(900);
    assertThat(loop.nowMillis()).isEqualTo(start + 900);
    assertThat(done).isEmpty();
    loops.advance(200);
    assertThat(done).containsExactly("later");
  }

  private Timeout later() {
    return new Timeout() {
      @Override
      protected void expired() {
        done.add("later");
      }
    };
  }

  @Test
  void everyLoopHasCountersOfItsOwn() {
    var two = new ManualLoops(2);
    two.context(0).counters().publishesSent++;
    assertThat(two.context(1).counters().publishesSent).isZero();
  }

  @Test
  void anotherThreadsWorkIsNotTakenForTheLoops() {
    var group = new DefaultEventLoopGroup(1);
    try {
      LoopContext loop = new LoopContext(0, group.next(), () -> 1);
      assertThat(loop.isHere()).isFalse();
      assertThatThrownBy(() -> loop.atTurnEnd(() -> {})).isInstanceOf(AssertionError.class);
      assertThatThrownBy(() -> loop.budget().nextTurn(() -> {})).isInstanceOf(AssertionError.class);
      assertThat(group.submit(loop::isHere).syncUninterruptibly().getNow()).isTrue();
    } finally {
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
  }
}
