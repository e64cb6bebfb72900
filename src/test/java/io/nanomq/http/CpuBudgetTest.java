package io.nanomq.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class CpuBudgetTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final double SHARE = 0.02;

  /** Long enough for any credit to be whole again. */
  private static final long LONG_AGO = Long.MAX_VALUE / 4;

  private final CpuBudget budget = new CpuBudget(0);
  private long now = LONG_AGO;

  @Test
  void theCreditIsSpentWithoutWaiting() {
    assertThat(budget.spend(CpuBudget.CREDIT_NANOS, now, SHARE, true)).isZero();
    assertThat(budget.spend(1_000, now, SHARE, true)).isEqualTo(50_000);
  }

  @Test
  void waitingPaysForWhatWasSpent() {
    budget.spend(CpuBudget.CREDIT_NANOS + 1_000, now, SHARE, true);
    assertThat(budget.spend(0, now + 50_000, SHARE, true)).isZero();
  }

  @Test
  void whoOwesNothingHasUsedUpTheCredit() {
    assertThat(budget.spend(SECOND, now, SHARE, false)).isZero();
    assertThat(budget.spend(1_000, now, SHARE, true)).isEqualTo(50_000);
  }

  @Test
  void theClockMayHaveAnyOrigin() {
    long origin = Long.MIN_VALUE / 2;
    var other = new CpuBudget(origin);
    assertThat(other.spend(1_000, origin, SHARE, true)).isEqualTo(50_000);
  }

  @Test
  void nobodyWaitsLongerThanTheBoundWhateverWasSpent() {
    assertThat(budget.spend(100 * SECOND, now, SHARE, true)).isEqualTo(CpuBudget.MAX_DEBT_NANOS);
    assertThat(budget.spend(0, now + CpuBudget.MAX_DEBT_NANOS, SHARE, true)).isZero();
  }

  @Property
  void inTheLongRunTheShareIsKeptByPiecesThatCanBePaidFor(
      @ForAll @DoubleRange(min = 0.01, max = 2) double share,
      @ForAll @LongRange(min = 10_000, max = 4_500_000) long piece) {
    var busy = new CpuBudget(0);
    long time = 0;
    long spent = 0;
    for (int i = 0; i < 1_000; i++) {
      time += (long) (piece / 2);
      spent += piece;
      time += Math.max(0, busy.spend(piece, time, share, true));
    }
    double most = Math.min(share, 2);
    assertThat(spent / (double) time).isCloseTo(most, within(most * 0.05));
  }
}
