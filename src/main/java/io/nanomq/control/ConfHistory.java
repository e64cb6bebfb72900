package io.nanomq.control;

import io.nanomq.config.ConfReport;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The last applications of a configuration, newest first. Threads may share it: it locks. */
final class ConfHistory {
  private static final int KEPT = 20;

  /** Changes and problems that are kept of each: a large document may have thousands. */
  static final int MAX_DETAILS = 1_000;

  private final Deque<ConfReport> reports = new ArrayDeque<>();
  private @Nullable ConfReport lastError;

  synchronized void add(ConfReport whole) {
    ConfReport report = whole.withAtMost(MAX_DETAILS);
    reports.addFirst(report);
    if (reports.size() > KEPT) {
      reports.removeLast();
    }
    if (!report.isApplied()) {
      lastError = report;
    }
  }

  synchronized List<ConfReport> all() {
    return List.copyOf(reports);
  }

  /** The newest one that failed, also when later ones did not; null where none did. */
  synchronized @Nullable ConfReport lastError() {
    return lastError;
  }
}
