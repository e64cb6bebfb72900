package io.nanomq.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SerialWorkTest {
  private static final Duration SOON = Duration.ofSeconds(5);

  @Test
  void oneAtATimeAndNotTooManyWait() {
    CountDownLatch go = new CountDownLatch(1);
    AtomicInteger busy = new AtomicInteger();
    List<CompletableFuture<Integer>> tasks = new ArrayList<>();
    try (SerialWork work = new SerialWork("test", 2, 30)) {
      for (int i = 0; i < 4; i++) {
        tasks.add(
            work.submit(
                () -> {
                  int now = busy.incrementAndGet();
                  go.await();
                  busy.decrementAndGet();
                  return now;
                }));
        waitUntilTaken(busy);
      }
      assertThat(tasks.get(3))
          .failsWithin(SOON)
          .withThrowableThat()
          .withCauseInstanceOf(BusyException.class);
      go.countDown();
      tasks.subList(0, 3).forEach(task -> assertThat(task).succeedsWithin(SOON).isEqualTo(1));
    }
  }

  private static void waitUntilTaken(AtomicInteger busy) {
    while (busy.get() == 0) {
      Thread.onSpinWait();
    }
  }

  @Test
  void whoseTurnDoesNotComeIsTold() {
    try (SerialWork work = new SerialWork("test", 2, 0)) {
      assertThat(work.submit(() -> 1))
          .failsWithin(SOON)
          .withThrowableThat()
          .withCauseInstanceOf(BusyException.class);
    }
  }
}
