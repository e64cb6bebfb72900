package io.nanomq.api.configuration;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.nanomq.config.ConfReport;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.control.ConfStatus;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code GET /configuration/status}. Times are UTC as ISO 8601 has them. */
@JsonPropertyOrder({
  "store",
  "apply",
  "in_sync",
  "running",
  "stored",
  "pending",
  "warnings",
  "last_error",
  "history",
  "origins"
})
public record StatusView(
    String store,
    String apply,
    @JsonProperty("in_sync") boolean inSync,
    Running running,
    Stored stored,
    List<ChangeView> pending,
    List<String> warnings,
    @JsonProperty("last_error") @Nullable Report lastError,
    List<Report> history,
    List<Map<String, Object>> origins) {

  /** What runs: hash of its documents, and when it was applied. */
  @JsonPropertyOrder({"hash", "since"})
  public record Running(String hash, String since) {}

  /** What is stored: hash, null where {@code errors} says why there is none. */
  @JsonPropertyOrder({"hash", "errors"})
  public record Stored(@Nullable String hash, List<String> errors) {}

  /** One attempt to put a configuration in force. */
  @JsonPropertyOrder({"at", "trigger", "outcome", "hash", "millis", "changes", "problems"})
  public record Report(
      String at,
      String trigger,
      String outcome,
      String hash,
      long millis,
      List<ChangeView> changes,
      List<String> problems) {

    static Report of(ConfReport report) {
      return new Report(
          report.at().toString(),
          report.trigger(),
          report.outcome().name().toLowerCase(Locale.ROOT),
          report.hash(),
          report.millis(),
          ChangeView.of(report.changes()),
          texts(report.problems()));
    }
  }

  static StatusView of(ConfStatus status) {
    ConfReport error = status.lastError();
    return new StatusView(
        status.store(),
        status.auto() ? "auto" : "manual",
        status.storedHash() != null && status.pending().isEmpty(),
        new Running(status.runningHash(), status.since().toString()),
        new Stored(status.storedHash(), texts(status.storedProblems())),
        ChangeView.of(status.pending()),
        texts(status.running().warnings()),
        error == null ? null : Report.of(error),
        status.history().stream().map(Report::of).toList(),
        ConfView.origins(status.running()));
  }

  private static List<String> texts(List<ConfProblem> problems) {
    return problems.stream().map(ConfProblem::toString).toList();
  }
}
