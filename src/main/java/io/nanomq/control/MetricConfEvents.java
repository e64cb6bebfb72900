package io.nanomq.control;

import io.micrometer.core.instrument.Counter;
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
    // An alert on what is more than before needs what was before.
    for (ConfReport.Outcome outcome : ConfReport.Outcome.values()) {
      counter(outcome);
    }
  }

  @Override
  public void told(ConfReport report) {
    counter(report.outcome()).increment();
  }

  private Counter counter(ConfReport.Outcome outcome) {
    String name = outcome.name().toLowerCase(Locale.ROOT);
    return registry.counter("nanomq.configuration", "outcome", name);
  }
}
