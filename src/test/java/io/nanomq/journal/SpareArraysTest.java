package io.nanomq.journal;

import static io.nanomq.journal.SpareArrays.LARGE_BYTES;
import static io.nanomq.journal.SpareArrays.LEAST_BYTES;
import static io.nanomq.journal.SpareArrays.MOST_BYTES;
import static io.nanomq.journal.SpareArrays.SMALL_ONES;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class SpareArraysTest {
  private final SpareArrays spare = new SpareArrays();

  @Test
  void oneThatIsTooSmallOrHugeIsNotKept() {
    byte[] huge = new byte[MOST_BYTES + 1];
    spare.give(huge);
    assertThat(spare.take(LARGE_BYTES)).isNotSameAs(huge);
    byte[] small = new byte[LEAST_BYTES - 1];
    spare.give(small);
    assertThat(spare.take(small.length)).isNotSameAs(small);
  }

  @Test
  void aNewOneIsAsLongAsWasAskedForAndALargeOneALittleLonger() {
    assertThat(spare.take(100)).hasSize(100);
    assertThat(spare.take(LARGE_BYTES + 1)).hasSize(LARGE_BYTES + 64 * 1024);
  }

  @Test
  void oneThatIsLongEnoughIsTakenOnce() {
    byte[] array = new byte[2 * LEAST_BYTES];
    spare.give(array);
    assertThat(spare.take(2 * LEAST_BYTES + 1)).isNotSameAs(array);
    assertThat(spare.take(LEAST_BYTES)).isSameAs(array);
    assertThat(spare.take(LEAST_BYTES)).isNotSameAs(array);
  }

  /** The large one is left to large messages. */
  @Test
  void aLargeOneIsForLargeOnesOnly() {
    byte[] large = new byte[LARGE_BYTES];
    spare.give(large);
    assertThat(spare.take(LEAST_BYTES)).isNotSameAs(large);
    assertThat(spare.take(LARGE_BYTES)).isSameAs(large);
  }

  @Test
  void aLongerOneTakesThePlaceOfAShorterOne() {
    for (int i = 0; i < SMALL_ONES; i++) {
      spare.give(new byte[LEAST_BYTES]);
    }
    int longer = 3 * LEAST_BYTES;
    for (int i = 0; i < SMALL_ONES + 2; i++) {
      byte[] array = new byte[longer];
      array[0] = 1;
      spare.give(array);
    }
    for (int i = 0; i < SMALL_ONES; i++) {
      assertThat(spare.take(LEAST_BYTES)[0]).isEqualTo((byte) 1);
    }
    assertThat(spare.take(LEAST_BYTES)[0]).as("no more are kept").isZero();
  }

  /** Two threads never have the same one. */
  @Test
  void whoTakesOneHasItAlone() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      List<Future<Integer>> ends = new ArrayList<>();
      for (byte mine = 1; mine <= 3; mine++) {
        byte mark = mine;
        ends.add(threads.submit(() -> writtenByOthers(mark)));
      }
      for (Future<Integer> end : ends) {
        assertThat(end.get()).as("arrays that another thread wrote to meanwhile").isZero();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private int writtenByOthers(byte mine) {
    int wrong = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] array = spare.take(LEAST_BYTES + i % 7);
      array[0] = mine;
      array[LEAST_BYTES - 1] = mine;
      Thread.yield();
      wrong += array[0] == mine && array[LEAST_BYTES - 1] == mine ? 0 : 1;
      spare.give(array);
    }
    return wrong;
  }
}
