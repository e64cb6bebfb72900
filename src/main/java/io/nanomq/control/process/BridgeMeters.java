package io.nanomq.control.process;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.nanomq.bridge.BridgeStatus;
import io.nanomq.control.RunningBroker;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/**
 * All bridges together, as Micrometer's meters; each by itself is in {@code /api/v4/prometheus}.
 */
@Singleton
public class BridgeMeters {
  private final MeterRegistry registry;
  private final RunningBroker running;

  public BridgeMeters(MeterRegistry registry, RunningBroker running) {
    this.registry = registry;
    this.running = running;
  }

  void start(@Observes StartupEvent event) {
    for (BridgeStatus.State state : BridgeStatus.State.values()) {
      Gauge.builder("nanomq.bridges", this, all -> all.sum(b -> b.state() == state ? 1 : 0))
          .description("Bridges by what they are at")
          .tag("state", state.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
    Gauge.builder("nanomq.bridge.queued", this, all -> all.sum(BridgeStatus::queued))
        .description("Messages that wait for other brokers")
        .register(registry);
    counter("sent", counts -> counts.sent());
    counter("received", counts -> counts.received());
    counter("dropped", counts -> counts.dropped());
    counter("refused", counts -> counts.refused());
    counter("looped", counts -> counts.looped());
    FunctionCounter.builder(
            "nanomq.bridge.reconnects", this, all -> all.sum(b -> b.counts().reconnects()))
        .description("Connections of bridges after their first one")
        .register(registry);
  }

  private void counter(String result, ToLongFunction<BridgeStatus.Counts> value) {
    FunctionCounter.builder(
            "nanomq.bridge.messages", this, all -> all.sum(b -> value.applyAsLong(b.counts())))
        .description("Messages of bridges, by what has become of them")
        .tag("result", result)
        .register(registry);
  }

  private double sum(ToLongFunction<BridgeStatus> value) {
    List<BridgeStatus> all = running.find().map(b -> b.bridges().latest()).orElse(List.of());
    return all.stream().mapToLong(value).sum();
  }
}
