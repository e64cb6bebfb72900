package io.nanomq.persistence.journal.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SegmentCountsTest {
  @Test
  void whatStandsInOneIsCountedUntilItIsGone() {
    Random random = new Random(7);
    SegmentCounts counts = new SegmentCounts();
    Map<Long, Integer> expected = new HashMap<>();
    long oldest = 1_000_000;
    long newest = oldest;
    for (int i = 0; i < 20_000; i++) {
      long one = oldest + random.nextInt((int) (newest - oldest) + 1);
      switch (random.nextInt(6)) {
        case 0 -> newest += newest - oldest > 40 ? 0 : random.nextInt(3);
        case 1 -> {
          if (oldest < newest) {
            counts.forgetTo(oldest);
            expected.remove(oldest);
            oldest++;
          }
        }
        case 2 -> {
          if (expected.getOrDefault(one, 0) > 0) {
            counts.move(one, newest);
            expected.merge(one, -1, Integer::sum);
            expected.merge(newest, 1, Integer::sum);
          }
        }
        case 3 -> {
          if (expected.getOrDefault(one, 0) > 0) {
            counts.remove(one);
            expected.merge(one, -1, Integer::sum);
          }
        }
        default -> {
          counts.add(one);
          expected.merge(one, 1, Integer::sum);
        }
      }
      for (long segment = oldest; segment <= newest; segment++) {
        assertThat(counts.isEmpty(segment)).isEqualTo(expected.getOrDefault(segment, 0) == 0);
      }
    }
  }

  @Test
  void whatStoodInNoneIsOneMoreAndWhatIsGoneIsNotCounted() {
    SegmentCounts counts = new SegmentCounts();
    counts.move(0, 5);
    assertThat(counts.isEmpty(5)).isFalse();
    counts.forgetTo(5);
    counts.remove(5);
    counts.add(6);
    assertThat(counts.isEmpty(6)).isFalse();
    counts.remove(6);
    assertThat(counts.isEmpty(6)).isTrue();
  }
}
