package io.nanomq.control;

import io.micrometer.core.instrument.MeterRegistry;
import io.nanomq.config.ConfEvents;
import io.nanomq.config.ConfReport;
import jakarta.inject.Singleton;
import java.util.Locale;

/** Counts what became of configurations: {@code nanomq_configuration_total}, by outcome. */
@Singleton
public class MetricConfEvents implements ConfEvents {
  private final MeterRegistry registry;

  public MetricConfEvents(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void applied(ConfReport report) {
    count(report);
  }

  @Override
  public void rejected(ConfReport report) {
    count(report);
  }

  private void count(ConfReport report) {
    String outcome = report.outcome().name().toLowerCase(Locale.ROOT);
    registry.counter("nanomq.configuration", "outcome", outcome).increment();
  }
}
