package io.nanomq.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LoopCountersTest {
  @ParameterizedTest
  @EnumSource
  void everyReasonToDropIsCountedApart(DropReason reason) {
    var counters = new LoopCounters();
    counters.drop(reason);
    counters.drop(reason);
    for (DropReason other : DropReason.values()) {
      assertThat(counters.drops(other)).isEqualTo(other == reason ? 2 : 0);
    }
  }

  @Test
  void theSumOfLoopsHasEveryCounter() throws ReflectiveOperationException {
    var one = new LoopCounters();
    var sum = new LoopCounters();
    long value = 1;
    for (var field : LoopCounters.class.getFields()) {
      field.setLong(one, value);
      field.setLong(sum, 100 * value);
      value++;
    }
    for (DropReason reason : DropReason.values()) {
      one.drop(reason);
    }
    one.addTo(sum);
    one.addTo(sum);
    for (var field : LoopCounters.class.getFields()) {
      assertThat(field.getLong(sum)).as(field.getName()).isEqualTo(102 * field.getLong(one));
    }
    for (DropReason reason : DropReason.values()) {
      assertThat(sum.drops(reason)).isEqualTo(2);
    }
  }
}
