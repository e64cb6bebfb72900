package io.nanomq.control;

import io.nanomq.config.ConfEvents;
import io.nanomq.config.ConfReport;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/** Writes to the log what became of a configuration. */
@Singleton
public class LogConfEvents implements ConfEvents {
  private static final Logger LOG = Logger.getLogger("io.nanomq.config");

  @Override
  public void applied(ConfReport report) {
    LOG.infof(
        "ConfigApplied (%s, %d ms): %d changes",
        report.trigger(), report.millis(), report.changes().size());
    report.changes().forEach(change -> LOG.infof("  %s", change));
    report.problems().forEach(problem -> LOG.warnf("  %s", problem));
  }

  @Override
  public void rejected(ConfReport report) {
    LOG.errorf(
        "ConfigRejected (%s, %s): the configuration before goes on serving",
        report.trigger(), report.outcome());
    report.problems().forEach(problem -> LOG.errorf("  %s", problem));
  }
}
