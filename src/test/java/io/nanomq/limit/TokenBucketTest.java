package io.nanomq.limit;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
  private static final long NOW = 5_000;

  private final TokenBucket bucket = new TokenBucket();

  @Test
  void aSecondsWorthComesAtOnce() {
    for (int i = 0; i < 10; i++) {
      assertThat(bucket.take(1, 10, NOW)).isZero();
    }
    assertThat(bucket.take(1, 10, NOW)).isEqualTo(100);
    assertThat(bucket.take(0, 10, NOW + 99)).isEqualTo(1);
    assertThat(bucket.take(0, 10, NOW + 100)).isZero();
  }

  @Test
  void whatIsLargerThanTheBucketIsPaidForLater() {
    assertThat(bucket.take(1_000, 100, NOW)).isEqualTo(9_000);
    assertThat(bucket.take(0, 100, NOW + 9_000)).isZero();
    assertThat(bucket.take(1, 100, NOW + 9_000)).isEqualTo(10);
  }

  @Test
  void restBringsNoMoreThanASecondsWorth() {
    assertThat(bucket.take(10, 10, NOW)).isZero();
    assertThat(bucket.take(11, 10, NOW + 3_600_000)).isEqualTo(100);
  }

  /** The largest packet at the slowest rate, with a clock that began below zero. */
  @Test
  void nothingOverflows() {
    long start = Long.MIN_VALUE / 2_000_000;
    assertThat(bucket.take(256L * 1024 * 1024 + 4, 1, start)).isEqualTo(268_435_459_000L);
  }

  /** Who waits as long as told gets what comes in that time and a second's worth, never more. */
  @Property(tries = 200)
  void noMorePassesThanTheRate(
      @ForAll @IntRange(min = 1, max = 5_000) int perSecond,
      @ForAll @IntRange(min = 1, max = 50) int size) {
    TokenBucket own = new TokenBucket();
    long now = 0;
    long passed = 0;
    for (int i = 0; i < 300; i++) {
      now += own.take(size, perSecond, now);
      passed += size;
      assertThat(passed * 1000.0).isLessThanOrEqualTo((now + 1000.0) * perSecond + 1000.0 * size);
    }
    assertThat(now * (double) perSecond / 1000)
        .isLessThanOrEqualTo(passed + perSecond / 100.0 * 30);
  }
}
