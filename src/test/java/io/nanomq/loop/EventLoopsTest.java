package io.nanomq.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.nio.NioEventLoopGroup;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class EventLoopsTest {
  @Test
  void everyLoopOfTheGroupHasItsContextByIndex() {
    var loops = new ManualLoops(3);
    assertThat(loops.contexts().size()).isEqualTo(3);
    for (int i = 0; i < 3; i++) {
      LoopContext context = loops.contexts().get(i);
      assertThat(context.index()).isEqualTo(i);
      assertThat(context.eventLoop()).isSameAs(loops.loop(i));
      assertThat(loops.contexts().of(loops.loop(i))).isSameAs(context);
    }
    assertThat(loops.contexts().all()).hasSize(3);
  }

  @Test
  void aLoopOfSomebodyElseIsRefused() {
    var loops = new ManualLoops(1);
    var other = new ManualLoops(1);
    assertThatThrownBy(() -> loops.contexts().of(other.loop(0)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theLoopsHaveCaughtUpWhenEachHasDoneWhatItHad() {
    var loops = new ManualLoops(2);
    var done = loops.contexts().catchUp().toCompletableFuture();
    loops.run(0);
    assertThat(done).isNotDone();
    loops.run(1);
    assertThat(done).isCompleted();
  }

  @Test
  void noMoreLoopsAreUsedThanALongHasBits() {
    assertThat(new ManualLoops(70).contexts().size()).isEqualTo(EventLoops.MAX_LOOPS);
  }

  @Test
  void realLoopsTickByThemselvesUntilTheyAreClosed() throws Exception {
    var clock = new AtomicLong(5_000);
    var group = new NioEventLoopGroup(1);
    try (var loops = new EventLoops(group, clock::get)) {
      var happened = new CompletableFuture<Thread>();
      var timeout =
          new Timeout() {
            @Override
            protected void expired() {
              happened.complete(Thread.currentThread());
            }
          };
      LoopContext context = loops.get(0);
      context.eventLoop().submit(() -> context.timer().arm(timeout, 5_000 + 60_000)).get();
      clock.addAndGet(61_000);
      Thread thread = happened.get(10, TimeUnit.SECONDS);
      assertThat(context.eventLoop().inEventLoop(thread)).isTrue();
    } finally {
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS).get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void realLoopsEndTheirTurnAfterTheTasksOfThatTurn() throws Exception {
    var group = new NioEventLoopGroup(1);
    try (var loops = new EventLoops(group, () -> 0)) {
      var ended = new CompletableFuture<Long>();
      LoopContext context = loops.get(0);
      context.eventLoop().execute(() -> context.atTurnEnd(() -> ended.complete(context.turn())));
      assertThat(ended.get(10, TimeUnit.SECONDS)).isEqualTo(1);
    } finally {
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS).get(10, TimeUnit.SECONDS);
    }
  }
}
