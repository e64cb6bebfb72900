package io.nanomq.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.assertj.core.api.Assertions;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryBudgetsTest {
  private static final long MIB = 1024 * 1024;

  @ParameterizedTest
  @ValueSource(longs = {32, 64, 128, 200, 256, 512, 1024, 4096, 65_536, 1_048_576})
  void theSumOfAllBoundsLeavesRoomInTheHeapAndOutsideOfIt(long mib) {
    MemoryBudgets budgets = new MemoryBudgets(mib * MIB, mib * MIB);
    for (Purpose.Kind kind : Purpose.Kind.values()) {
      assertThat(budgets.all(kind)).isEqualTo(mib * MIB);
      assertThat(budgets.sum(kind)).isBetween(mib * MIB / 2, mib * MIB / 100 * 85);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {64, 256, 65_536})
  void eachPurposeHasItsPartOfWhatTheProcessLeaves(long mib) {
    MemoryBudgets budgets = new MemoryBudgets(mib * MIB, mib * MIB);
    long rest = mib * MIB - Math.min(40, mib / 5) * MIB;
    for (Purpose purpose : Purpose.values()) {
      Budget budget = budgets.of(purpose);
      assertThat(budget.purpose()).isEqualTo(purpose);
      assertThat(budget.limit()).isCloseTo(rest / 100 * purpose.percent(), within(MIB));
      assertThat(budget.held()).isZero();
    }
    long heap =
        Arrays.stream(Purpose.values())
            .filter(p -> p.kind() == Purpose.Kind.HEAP)
            .mapToInt(Purpose::percent)
            .sum();
    assertThat(heap).isLessThanOrEqualTo(81);
  }

  private static Offset<Long> within(long bytes) {
    return Assertions.within(bytes);
  }
}
