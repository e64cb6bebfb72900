package io.nanomq.control.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;

class LoopLivenessTest {
  private static HealthCheckResponse judge(long... seconds) {
    long[] nanos = new long[seconds.length];
    for (int i = 0; i < seconds.length; i++) {
      nanos[i] = TimeUnit.SECONDS.toNanos(seconds[i]);
    }
    return LoopLiveness.judge(nanos);
  }

  @Test
  void aProcessWhoseLoopsTurnIsAlive() {
    assertThat(judge(0, 29).getStatus()).isEqualTo(Status.UP);
    assertThat(judge().getStatus()).as("while it starts and stops").isEqualTo(Status.UP);
  }

  @Test
  void aLoopThatHasNotTurnedIsNamed() {
    HealthCheckResponse response = judge(0, 31, 2);
    assertThat(response.getStatus()).isEqualTo(Status.DOWN);
    assertThat(response.getData().orElseThrow())
        .containsOnly(java.util.Map.entry("loop 1", "has not turned for 31 s"));
  }

  @Test
  void oneThatTurnsBehindADeadOneDoesNotBringItBack() {
    assertThat(judge(40, 0).getStatus()).isEqualTo(Status.DOWN);
  }
}
