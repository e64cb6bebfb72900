package io.nanomq.authn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BlockingWorkTest {
  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void whatIsMoreThanRunsAndWaitsIsRejectedAndTheRestIsDone() throws Exception {
    var started = new CountDownLatch(2);
    var gate = new CountDownLatch(1);
    var done = new CountDownLatch(5);
    try (BlockingWork work = new BlockingWork(2, 3)) {
      for (int i = 0; i < 5; i++) {
        work.execute(
            () -> {
              started.countDown();
              await(gate);
              done.countDown();
            });
      }
      assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
      assertThatThrownBy(() -> work.execute(done::countDown))
          .isInstanceOf(RejectedExecutionException.class);
      gate.countDown();
      assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
      var after = new CountDownLatch(1);
      work.execute(after::countDown);
      assertThat(after.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void closingStopsWhatRunsAndTakesNothingMore() throws Exception {
    var started = new CountDownLatch(1);
    var stopped = new CountDownLatch(1);
    BlockingWork work = new BlockingWork(1, 1);
    work.execute(
        () -> {
          started.countDown();
          await(new CountDownLatch(1));
          stopped.countDown();
        });
    assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
    work.close();
    assertThat(stopped.await(10, TimeUnit.SECONDS)).isTrue();
    assertThatThrownBy(() -> work.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
  }
}
