package io.nanomq.control.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.journal.JournalFigures;
import io.nanomq.metrics.MessageMemory;
import io.nanomq.persistence.StoreStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.junit.jupiter.api.Test;

class BrokerReadinessTest {
  private static final long MIB = 1024 * 1024;

  private static HealthCheckResponse judge(Integer... shortLoops) {
    return BrokerReadiness.judge(
        Optional.of(new MessageMemory(3 * MIB, 40 * MIB, List.of(shortLoops))),
        JournalFigures.NONE,
        StoreStatus.NONE,
        "running");
  }

  @Test
  void whoServesIsReadyAndSaysHowMuchIsHeld() {
    HealthCheckResponse ready = judge();
    assertThat(ready.getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
    assertThat(ready.getData())
        .hasValue(
            Map.of(
                "durability",
                "none",
                "memory",
                "ok",
                "messages MiB",
                3L,
                "messages MiB at most",
                40L));
  }

  @Test
  void shortMemoryIsToldAndNoReasonToGoElsewhere() {
    HealthCheckResponse ready = judge(0, 2);
    assertThat(ready.getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
    assertThat(ready.getData().orElseThrow())
        .containsEntry("memory", "short")
        .containsEntry("short on event loops", "[0, 2]");
  }

  @Test
  void whoDoesNotServeIsNot() {
    HealthCheckResponse down =
        BrokerReadiness.judge(
            Optional.empty(), JournalFigures.NONE, StoreStatus.NONE, "recovering");
    assertThat(down.getStatus()).isEqualTo(HealthCheckResponse.Status.DOWN);
    assertThat(down.getData().orElseThrow()).containsEntry("phase", "recovering");
  }

  @Test
  void thatNothingLastsIsToldWhereItShould() {
    var memory = new MessageMemory(3 * MIB, 40 * MIB, List.of());
    var store = new StoreStatus("none", "/var/lib/nanomq", "it cannot be written");
    HealthCheckResponse ready =
        BrokerReadiness.judge(Optional.of(memory), JournalFigures.NONE, store, "running");
    assertThat(ready.getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
    assertThat(ready.getData().orElseThrow())
        .containsEntry("durability", "none")
        .containsEntry("durability problem", "it cannot be written");
  }

  @Test
  void aFullJournalIsTold() {
    var full = new JournalFigures(64 * MIB, 0, 0, 0, 0, 0, 0, 0, 0, true, 0);
    var memory = new MessageMemory(3 * MIB, 40 * MIB, List.of());
    var store = new StoreStatus("fsync", "/var/lib/nanomq", "");
    HealthCheckResponse ready = BrokerReadiness.judge(Optional.of(memory), full, store, "running");
    assertThat(ready.getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
    assertThat(ready.getData().orElseThrow())
        .containsEntry("durability", "fsync")
        .doesNotContainKey("durability problem")
        .containsEntry("journal", "full")
        .containsEntry("journal MiB", 64L);
  }
}
