package io.nanomq.persistence.journal.table;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NumberListTest {
  @Test
  void moreThanThereWasRoomForAreThereInTheirOrder() {
    NumberList list = new NumberList();
    for (long i = 0; i < 1000; i++) {
      list.add(i * i);
    }
    assertThat(list.size()).isEqualTo(1000);
    for (int i = 0; i < 1000; i++) {
      assertThat(list.get(i)).isEqualTo((long) i * i);
    }
    list.clear();
    assertThat(list.size()).isZero();
  }
}
