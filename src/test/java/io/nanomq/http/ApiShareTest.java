package io.nanomq.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ApiShareTest {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  private final AtomicInteger percent = new AtomicInteger(1);
  private final AtomicBoolean busy = new AtomicBoolean(true);
  private final ApiShare share = new ApiShare(percent::get, busy::get);

  @Test
  void whoWorksAllTheTimeWaitsAndNeverLongerThanTheBound() {
    work(2 * CpuBudget.CREDIT_NANOS / MILLI);
    long due = share.claim();
    assertThat(due).isBetween(50L, CpuBudget.MAX_DEBT_NANOS / MILLI);
    assertThat(share.waitedMillis()).isEqualTo(due);
  }

  @Test
  void nobodyWaitsWhileNoMessagesFlow() {
    busy.set(false);
    work(2 * CpuBudget.CREDIT_NANOS / MILLI);
    assertThat(share.claim()).isZero();
    assertThat(share.waitedMillis()).isZero();
  }

  @Test
  void aFloodThatIsThereBeforeTheMessagesHasNoCredit() {
    busy.set(false);
    work(2 * CpuBudget.CREDIT_NANOS / MILLI);
    share.charge();
    busy.set(true);
    work(5);
    assertThat(share.claim()).isPositive();
  }

  @Test
  void aHundredPerCentIsNoLimit() {
    percent.set(100);
    work(2 * CpuBudget.CREDIT_NANOS / MILLI);
    assertThat(share.claim()).isZero();
  }

  @Test
  void whatOtherThreadsDoIsPaidForByTheNextRequest() throws InterruptedException {
    var worker = new Thread(() -> work(2 * CpuBudget.CREDIT_NANOS / MILLI));
    worker.start();
    worker.join();
    assertThat(share.claim()).isPositive();
  }

  /** Keeps this thread's processor for so many milliseconds of its own time. */
  private void work(long millis) {
    var threads = ManagementFactory.getThreadMXBean();
    share.charge(); // begins to measure
    long end = threads.getCurrentThreadCpuTime() + millis * MILLI;
    while (threads.getCurrentThreadCpuTime() < end) {
      Thread.onSpinWait();
    }
    share.charge();
  }
}
