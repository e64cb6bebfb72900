package io.nanomq.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.loop.ManualLoops;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rates and outages, by a clock that stands still until told. */
class BridgeHealthTest {
  private final ManualLoops loops = new ManualLoops(1);
  private final BridgeFigures figures = new BridgeFigures();
  private final List<Boolean> told = new ArrayList<>();
  private int looks;
  private BridgeHealth health;

  @BeforeEach
  void start() {
    health = new BridgeHealth(loops.context(0), figures, told::add, () -> looks++);
  }

  @Test
  void ratesAreThoseOfTheLastTenSeconds() {
    assertThat(health.rates()).isEqualTo(new BridgeStatus.Rates(0, 0));
    health.down(60_000);
    health.up();
    for (int second = 0; second < 5; second++) {
      figures.sent += 30;
      figures.received += 7;
      loops.advance(1_000);
    }
    assertThat(health.rates()).isEqualTo(new BridgeStatus.Rates(30, 7));
    assertThat(looks).isEqualTo(6);
    loops.advance(5_000);
    assertThat(health.rates()).isEqualTo(new BridgeStatus.Rates(15, 3.5));
    loops.advance(20_000);
    assertThat(health.rates()).isEqualTo(new BridgeStatus.Rates(0, 0));
  }

  @Test
  void anOutageIsToldOnceAndItsEndToo() {
    health.down(3_000);
    loops.advance(2_900);
    assertThat(told).isEmpty();
    loops.advance(1_100);
    assertThat(told).containsExactly(false);
    // Each attempt that fails says so again.
    health.down(3_000);
    loops.advance(10_000);
    assertThat(told).containsExactly(false);
    assertThat(health.downSeconds()).isEqualTo(14);
    health.up();
    health.up();
    assertThat(told).containsExactly(false, true);
    assertThat(health.downSeconds()).isZero();
  }

  @Test
  void aShortOneIsNotTold() {
    health.down(3_000);
    loops.advance(2_000);
    health.up();
    loops.advance(10_000);
    health.down(0);
    loops.advance(900);
    health.off();
    loops.advance(10_000);
    assertThat(told).isEmpty();
  }
}
