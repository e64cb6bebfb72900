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
  void whoWorksAllTheTimeRestsMostOfIt() {
    work(2 * CpuBudget.CREDIT_NANOS / MILLI);
    long begin = System.nanoTime();
    share.rest();
    assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(50 * MILLI);
    assertThat(share.restedNanos()).isGreaterThanOrEqualTo(50 * MILLI);
  }

  @Test
  void nobodyRestsWhileNoMessagesFlow() {
    busy.set(false);
    work(2 * CpuBudget.CREDIT_NANOS / MILLI);
    share.rest();
    assertThat(share.restedNanos()).isZero();
  }

  @Test
  void aFloodThatIsThereBeforeTheMessagesHasNoCredit() {
    busy.set(false);
    work(2 * CpuBudget.CREDIT_NANOS / MILLI);
    share.rest();
    busy.set(true);
    work(5);
    share.rest();
    assertThat(share.restedNanos()).isPositive();
  }

  @Test
  void aHundredPerCentIsNoLimit() {
    percent.set(100);
    work(2 * CpuBudget.CREDIT_NANOS / MILLI);
    share.rest();
    assertThat(share.restedNanos()).isZero();
  }

  @Test
  void whatOthersDoIsPaidForByTheNextWhoMayRest() throws InterruptedException {
    var worker =
        new Thread(
            () -> {
              share.charge();
              work(2 * CpuBudget.CREDIT_NANOS / MILLI);
              share.charge();
            });
    worker.start();
    worker.join();
    assertThat(share.restedNanos()).isZero();
    share.rest();
    assertThat(share.restedNanos()).isPositive();
  }

  /** Keeps this thread's processor for so many milliseconds of its own time. */
  private void work(long millis) {
    var threads = ManagementFactory.getThreadMXBean();
    share.charge();
    long end = threads.getCurrentThreadCpuTime() + millis * MILLI;
    while (threads.getCurrentThreadCpuTime() < end) {
      Thread.onSpinWait();
    }
  }
}
