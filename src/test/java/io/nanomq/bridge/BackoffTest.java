package io.nanomq.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BackoffTest {
  private final Backoff backoff = new Backoff(500, 60_000, () -> 1);

  private void tries(int times) {
    for (int i = 0; i < times; i++) {
      backoff.next();
    }
  }

  @Test
  void itDoublesUpToTheBound() {
    assertThat(backoff.next()).isEqualTo(500);
    assertThat(backoff.next()).isEqualTo(1000);
    tries(100);
    assertThat(backoff.next()).isEqualTo(60_000);
  }

  @Test
  void halfIsByChanceAndNothingBelowTheLeast() {
    Backoff lucky = new Backoff(500, 60_000, () -> 0);
    assertThat(lucky.next()).isEqualTo(500);
    assertThat(lucky.next()).isEqualTo(500);
    assertThat(lucky.next()).isEqualTo(1000);
  }

  @Test
  void itBeginsAnewAfterAConnectionThatHasHeld() {
    tries(3);
    backoff.ended(Backoff.HELD_MILLIS - 1);
    assertThat(backoff.next()).isEqualTo(4000);
    backoff.ended(Backoff.HELD_MILLIS);
    assertThat(backoff.next()).isEqualTo(500);
  }
}
