package io.nanomq.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.nio.NioEventLoopGroup;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class LoopLagTest {
  private long nanos = Long.MAX_VALUE - 5_000_000;
  private final LoopLag lag = new LoopLag(nanos);

  private void tickAfter(long millis) {
    nanos += TimeUnit.MILLISECONDS.toNanos(millis);
    lag.tick(nanos);
  }

  private long maxMillis() {
    return TimeUnit.NANOSECONDS.toMillis(lag.maxNanos(nanos));
  }

  @Test
  void aLoopThatIsOnTimeHasNoLag() {
    tickAfter(10);
    tickAfter(10);
    assertThat(lag.maxNanos(nanos)).isZero();
  }

  @Test
  void theLongestOfTheStallsCounts() {
    tickAfter(12);
    tickAfter(35);
    tickAfter(14);
    assertThat(maxMillis()).isEqualTo(25);
  }

  @Test
  void aStallIsForgottenAfterAMinuteOrTwo() {
    tickAfter(110);
    for (int i = 0; i < 6_500; i++) {
      tickAfter(10);
    }
    assertThat(maxMillis()).isEqualTo(100);
    for (int i = 0; i < 6_500; i++) {
      tickAfter(10);
    }
    assertThat(maxMillis()).isZero();
  }

  @Test
  void aStallThatIsUnderWayIsSeenFromOutside() {
    tickAfter(10);
    nanos += TimeUnit.MILLISECONDS.toNanos(5);
    assertThat(lag.stallNanos(nanos)).as("not due yet").isNegative();
    nanos += TimeUnit.SECONDS.toNanos(31);
    assertThat(maxMillis()).isEqualTo(30_995);
    assertThat(lag.stallNanos(nanos)).isEqualTo(lag.maxNanos(nanos));
    lag.tick(nanos);
    assertThat(lag.stallNanos(nanos)).as("it turns again").isNegative();
    assertThat(maxMillis()).isEqualTo(30_995);
  }

  @Test
  void aLoopThatIsBlockedIsTheOneThatDoesNotTurn() throws Exception {
    var group = new NioEventLoopGroup(2);
    var end = new CountDownLatch(1);
    try (var loops = new EventLoops(group, () -> 0)) {
      loops.get(1).eventLoop().submit(() -> end.await(60, TimeUnit.SECONDS));
      Awaitility.await().until(() -> loops.stallNanos()[1] > 300_000_000L);
      assertThat(loops.maxLagNanos()[1]).isGreaterThan(300_000_000L);
      Awaitility.await().until(() -> loops.stallNanos()[0] < 100_000_000L);
      end.countDown();
      Awaitility.await().until(() -> loops.stallNanos()[1] < 100_000_000L);
    } finally {
      end.countDown();
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS).get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void aRealLoopShowsThatItWasHeldUp() throws Exception {
    var group = new NioEventLoopGroup(1);
    try (var loops = new EventLoops(group, () -> 0)) {
      LoopContext context = loops.get(0);
      Callable<Void> heldUp =
          () -> {
            TimeUnit.MILLISECONDS.sleep(150);
            return null;
          };
      context.eventLoop().submit(heldUp).get(10, TimeUnit.SECONDS);
      Awaitility.await().until(() -> context.lag().maxNanos(System.nanoTime()) > 100_000_000L);
      assertThat(context.lag().maxNanos(System.nanoTime())).isLessThan(10_000_000_000L);
    } finally {
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS).get(10, TimeUnit.SECONDS);
    }
  }
}
