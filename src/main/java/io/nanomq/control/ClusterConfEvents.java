package io.nanomq.control;

import io.nanomq.config.ConfEvents;
import io.nanomq.config.ConfReport;
import jakarta.inject.Singleton;

/** Tells the cluster what became of a configuration, where the configuration is in one. */
@Singleton
public class ClusterConfEvents implements ConfEvents {
  private final ConfSource source;

  public ClusterConfEvents(ConfSource source) {
    this.source = source;
  }

  @Override
  public void applied(ConfReport report) {
    source.events().ifPresent(events -> events.applied(report));
  }

  @Override
  public void rejected(ConfReport report) {
    source.events().ifPresent(events -> events.rejected(report));
  }
}
