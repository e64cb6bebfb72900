package io.nanomq.control;

import io.nanomq.Broker;
import io.nanomq.config.ConfEvents;
import io.nanomq.config.ConfReport;
import io.nanomq.event.BrokerEvent;
import io.nanomq.event.BrokerEvents;
import jakarta.inject.Singleton;
import java.time.Instant;

/**
 * Tells the cluster what became of a configuration, and of bridges that stay down, where the
 * configuration is in one.
 */
@Singleton
public class ClusterEvents implements ConfEvents, BeforeStart, BrokerEvents.Listener {
  private final ConfSource source;

  public ClusterEvents(ConfSource source) {
    this.source = source;
  }

  @Override
  public void told(ConfReport report) {
    source.cluster().ifPresent(cluster -> cluster.events().told(report));
  }

  @Override
  public void prepare(Broker starting) {
    if (source.cluster().isPresent()) {
      starting.events().add(this);
    }
  }

  @Override
  public boolean wants(BrokerEvent.Kind kind) {
    return kind == BrokerEvent.Kind.BRIDGE_DOWN || kind == BrokerEvent.Kind.BRIDGE_UP;
  }

  @Override
  public void happened(int loopIndex, BrokerEvent event) {
    if (event instanceof BrokerEvent.Bridged bridged) {
      Instant at = Instant.ofEpochMilli(bridged.atMillis());
      source.cluster().ifPresent(c -> c.bridge(bridged.name(), bridged.up(), bridged.error(), at));
    }
  }
}
