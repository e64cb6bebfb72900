package io.nanomq.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CounterSnapshotTest {

  @Test
  void isAValueAndCountsNoSocketsAsMessages() {
    var counters = new LoopCounters();
    counters.publishesSent = 3;
    counters.drop(DropReason.QUEUE_FULL);
    counters.drop(DropReason.CONNECTION_LIMIT);

    CounterSnapshot snapshot = counters.snapshot();
    counters.drop(DropReason.QUEUE_FULL);

    assertThat(snapshot.publishesSent()).isEqualTo(3);
    assertThat(snapshot.drops(DropReason.QUEUE_FULL)).isEqualTo(1);
    assertThat(snapshot.messagesDropped()).isEqualTo(1);
    assertThat(CounterSnapshot.NONE.messagesDropped()).isZero();
  }
}
