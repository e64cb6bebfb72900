package io.nanomq.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.model.ListenerTerms;
import org.junit.jupiter.api.Test;

class ListenerMeterTest {
  private static final long NOW = 1_000;

  @Test
  void asManyConnectionsAsThereMayBe() {
    var meter = new ListenerMeter(new ListenerTerms.Limits(2, 0, 0, 0));
    assertThat(meter.open()).isTrue();
    assertThat(meter.open()).isTrue();
    assertThat(meter.open()).isFalse();
    meter.close();
    assertThat(meter.open()).isTrue();
    meter.limits(ListenerTerms.Limits.NONE);
    assertThat(meter.open()).isTrue();
    assertThat(meter.connections()).isEqualTo(3);
  }

  @Test
  void clientsShareWhatThereIs() {
    var meter = new ListenerMeter(new ListenerTerms.Limits(0, 0, 2, 100));
    assertThat(meter.take(1, 10, NOW)).isZero();
    assertThat(meter.take(1, 10, NOW)).isZero();
    assertThat(meter.take(1, 10, NOW)).isEqualTo(500);
    assertThat(meter.take(0, 170, NOW)).isEqualTo(1_000);
    assertThat(meter.take(0, 0, NOW + 1_000)).isZero();
  }
}
