package io.nanomq.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BlockingWorkTest {
  private final List<String> done = new CopyOnWriteArrayList<>();
  private final List<String> refused = new CopyOnWriteArrayList<>();
  private final CountDownLatch gate = new CountDownLatch(1);

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(20, TimeUnit.SECONDS)) {
        throw new AssertionError("it never came");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private BlockingWork.Work work(String name, Runnable what) {
    return new BlockingWork.Work() {
      @Override
      public void run() {
        what.run();
        done.add(name);
      }

      @Override
      public void refused() {
        refused.add(name);
      }
    };
  }

  /** Has the one thread wait for the gate. */
  private void occupy(BlockingWork work) {
    var started = new CountDownLatch(1);
    work.submit(
        "first",
        work(
            "first",
            () -> {
              started.countDown();
              await(gate);
            }));
    await(started);
  }

  /** Until that many of those that waited are done. */
  private void finish(int count) {
    gate.countDown();
    Awaitility.await().until(() -> done.size() == count + 1);
    done.remove("first");
  }

  @Test
  void whoHasLittleToDoDoesNotWaitForWhoHasMuch() {
    try (BlockingWork work = new BlockingWork("test", 1, 10)) {
      occupy(work);
      for (int i = 0; i < 4; i++) {
        work.submit("a", work("a" + i, () -> {}));
      }
      work.submit("b", work("b", () -> {}));
      finish(5);
      assertThat(done).containsExactly("a0", "b", "a1", "a2", "a3");
      assertThat(refused).isEmpty();
    }
  }

  @Test
  void whereThereIsNoRoomTheOldestOfWhoHasMostGoes() {
    try (BlockingWork work = new BlockingWork("test", 1, 3)) {
      occupy(work);
      for (int i = 0; i < 4; i++) {
        work.submit("a", work("a" + i, () -> {}));
      }
      assertThat(refused).as("nobody has more than the one who comes").containsExactly("a3");
      work.submit("b", work("b0", () -> {}));
      work.submit("b", work("b1", () -> {}));
      assertThat(refused).containsExactly("a3", "a0", "b1");
      finish(3);
      assertThat(done).containsExactly("a1", "b0", "a2");
    }
  }

  @Test
  void oneThatFailsTakesNobodyWithIt() {
    try (BlockingWork work = new BlockingWork("test", 1, 3)) {
      occupy(work);
      work.submit(
          "a",
          work(
              "a",
              () -> {
                throw new IllegalStateException("on purpose");
              }));
      work.submit("a", work("b", () -> {}));
      finish(1);
      assertThat(done).containsExactly("b");
    }
  }

  @Test
  void closingStopsWhatRunsAndTakesNothingMore() {
    var started = new CountDownLatch(1);
    var stopped = new CountDownLatch(1);
    BlockingWork work = new BlockingWork("test", 1, 1);
    work.submit(
        "a",
        work(
            "a",
            () -> {
              started.countDown();
              await(new CountDownLatch(1));
              stopped.countDown();
            }));
    await(started);
    work.close();
    await(stopped);
    work.submit("b", work("b", () -> {}));
    assertThat(refused).containsExactly("b");
  }
}
