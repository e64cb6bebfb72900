package io.nanomq.persistence.journal.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RetainedBacklogTest {
  /** More than may wait. */
  private static final int MANY = 100_000;

  private final List<Long> put = new ArrayList<>();

  private void note(
      long segment, long version, boolean isLive, long hash, long otherHash, int bytes) {
    assertThat(segment).isEqualTo(version % 7);
    assertThat(isLive).isEqualTo(version % 3 == 0);
    assertThat(hash).isEqualTo(-version);
    assertThat(otherHash).isEqualTo(~version);
    assertThat(bytes).isEqualTo((int) version + 1);
    put.add(version);
  }

  private static void add(RetainedBacklog to, int count) {
    for (long i = 0; i < count; i++) {
      to.add(i % 7, i, i % 3 == 0, -i, ~i, (int) i + 1);
    }
  }

  @Test
  void allOfItIsThereInItsOrderOnceItIsFinished() {
    for (int count : new int[] {0, 1, 1023, 1024, 1025, MANY}) {
      put.clear();
      var backlog = new RetainedBacklog(this::note);
      add(backlog, count);
      backlog.finish();
      assertThat(put).hasSize(count).isSorted();
    }
  }

  /** Whoever reads the journal waits for nobody then, and learns of it. */
  @Test
  void whatFailsIsToldAtTheEnd() {
    var failure = new IllegalArgumentException("full");
    var backlog =
        new RetainedBacklog(
            (segment, version, isLive, hash, otherHash, bytes) -> {
              throw failure;
            });
    add(backlog, MANY);
    assertThatThrownBy(backlog::finish).hasCause(failure);
  }

  @Test
  void anErrorStaysOne() {
    var backlog =
        new RetainedBacklog(
            (segment, version, isLive, hash, otherHash, bytes) -> {
              throw new StackOverflowError();
            });
    add(backlog, MANY);
    assertThatThrownBy(backlog::finish).isInstanceOf(StackOverflowError.class);
  }

  @Test
  void itsThreadEndsWhereNobodyWantsTheRest() throws InterruptedException {
    Thread[] working = new Thread[1];
    var begun = new CountDownLatch(1);
    var backlog =
        new RetainedBacklog(
            (segment, version, isLive, hash, otherHash, bytes) -> {
              working[0] = Thread.currentThread();
              begun.countDown();
            });
    add(backlog, 2048);
    begun.await();
    backlog.abandon();
    await().until(() -> !working[0].isAlive());
  }
}
