package io.nanomq.limit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CountedKeyTest {
  private static final String LONG = "x".repeat(65_000);

  @Test
  void whatIsLongCostsNoMoreThanAHash() {
    assertThat(CountedKey.of("meter")).isEqualTo("meter");
    assertThat(CountedKey.of("x".repeat(CountedKey.MAX_LENGTH))).hasSize(CountedKey.MAX_LENGTH);
    assertThat(CountedKey.of(LONG)).hasSize(CountedKey.MAX_LENGTH + 1);
  }

  @Test
  void noTwoAreTakenForOneAnother() {
    String key = CountedKey.of(LONG);
    assertThat(CountedKey.of(LONG + "y")).isNotEqualTo(key);
    assertThat(CountedKey.of(key)).as("a name that is that key").isNotEqualTo(key);
  }
}
