package io.nanomq.control;

import io.nanomq.config.ConfEvents;
import io.nanomq.config.ConfReport;
import jakarta.inject.Singleton;
import java.util.List;
import org.jboss.logging.Logger;

/** Writes to the log what became of a configuration. */
@Singleton
public class LogConfEvents implements ConfEvents {
  private static final Logger LOG = Logger.getLogger("io.nanomq.config");

  /** An edit of a large document may change thousands of values. */
  private static final int MAX_LINES = 100;

  @Override
  public void told(ConfReport report) {
    if (report.isApplied()) {
      applied(report);
    } else {
      rejected(report);
    }
  }

  private static void applied(ConfReport report) {
    LOG.infof(
        "ConfigApplied (%s, %d ms): %d changes",
        report.trigger(), report.millis(), report.changes().size());
    each(report.changes(), Logger.Level.INFO);
    each(report.problems(), Logger.Level.WARN);
  }

  private static void rejected(ConfReport report) {
    LOG.errorf(
        "ConfigRejected (%s, %s): the configuration before goes on serving",
        report.trigger(), report.outcome());
    each(report.problems(), Logger.Level.ERROR);
  }

  private static void each(List<?> all, Logger.Level level) {
    all.stream().limit(MAX_LINES).forEach(one -> LOG.logf(level, "  %s", one));
    if (all.size() > MAX_LINES) {
      LOG.logf(level, "  and %d more", all.size() - MAX_LINES);
    }
  }
}
