package io.nanomq.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.nanomq.config.ConfReport;
import io.nanomq.config.ConfReport.Outcome;
import io.nanomq.config.setting.ConfProblem;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfHistoryTest {
  private final ConfHistory history = new ConfHistory();

  private static ConfReport report(String trigger, Outcome outcome, int problems) {
    ConfProblem problem =
        new ConfProblem(ConfProblem.Severity.ERROR, "test", 0, 0, "key", "", "is wrong", "");
    return new ConfReport(
        Instant.EPOCH, trigger, outcome, "", List.of(), Collections.nCopies(problems, problem), 1);
  }

  @Test
  void theLastTwentyAreKeptNewestFirst() {
    for (int i = 0; i < 25; i++) {
      history.add(report("" + i, Outcome.APPLIED, 0));
    }
    assertThat(history.all()).hasSize(20).extracting(ConfReport::trigger).startsWith("24", "23");
    assertThat(history.lastError()).isNull();
  }

  @Test
  void theLastErrorIsKeptHoweverManyFollow() {
    history.add(report("broken", Outcome.REJECTED, 1));
    for (int i = 0; i < 25; i++) {
      history.add(report("" + i, Outcome.APPLIED, 0));
    }
    assertThat(history.lastError()).extracting(ConfReport::trigger).isEqualTo("broken");
  }

  @Test
  void ofThousandsOfDetailsTheFirstAreKept() {
    history.add(report("large", Outcome.REJECTED, 26_000));
    assertThat(history.all().get(0).problems()).hasSize(ConfHistory.MAX_DETAILS);
    history.add(report("small", Outcome.REJECTED, 3));
    assertThat(history.all().get(0).problems()).hasSize(3);
  }
}
