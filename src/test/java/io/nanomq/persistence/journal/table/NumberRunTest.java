package io.nanomq.persistence.journal.table;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NumberRunTest {
  @Test
  void hasNumbersOfOneSessionThatFollowOneAnotherAsTheirValuesDo() {
    NumberRun run = new NumberRun(1);
    assertThat(run.add(3, 10, 7)).as("it has not begun").isFalse();
    run.begin(3, 10, 7);
    assertThat(run.add(3, 11, 8)).isTrue();
    assertThat(run.add(3, 11, 9)).as("the same").isFalse();
    assertThat(run.add(3, 12, 1)).as("another value").isFalse();
    assertThat(run.add(4, 12, 9)).as("another session").isFalse();
    assertThat(run.add(3, 12, 9)).isTrue();
    assertThat(new long[] {run.session(), run.first(), run.value(), run.count()})
        .containsExactly(3, 10, 7, 3);
    run.clear();
    assertThat(run.add(3, 13, 10)).isFalse();
  }

  @Test
  void valuesMayBeTheSame() {
    NumberRun run = new NumberRun(0);
    run.begin(3, 10, 0);
    assertThat(run.add(3, 11, 0)).isTrue();
    assertThat(run.count()).isEqualTo(2);
  }
}
