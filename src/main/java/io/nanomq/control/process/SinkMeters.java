package io.nanomq.control.process;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.nanomq.control.RunningBroker;
import io.nanomq.sink.SinkFigures;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.function.ToLongFunction;

/** What has become of what leaves the broker, as Micrometer's meters. */
@Singleton
public class SinkMeters {
  private static final String SINK = "sink";
  private static final String WEBHOOK = "webhook";

  private final MeterRegistry registry;
  private final RunningBroker running;

  public SinkMeters(MeterRegistry registry, RunningBroker running) {
    this.registry = registry;
    this.running = running;
  }

  void start(@Observes StartupEvent event) {
    counter("sent", SinkFigures::sent);
    counter("failed", SinkFigures::failed);
    counter("dropped", SinkFigures::dropped);
    FunctionCounter.builder("nanomq.sink.retries", this, all -> all.value(SinkFigures::retries))
        .description("Attempts after the first one")
        .tag(SINK, WEBHOOK)
        .register(registry);
    Gauge.builder("nanomq.sink.queued", this, all -> all.value(SinkFigures::queued))
        .description("Waiting to leave, or being tried")
        .tag(SINK, WEBHOOK)
        .register(registry);
  }

  private void counter(String result, ToLongFunction<SinkFigures> value) {
    FunctionCounter.builder("nanomq.sink.events", this, all -> all.value(value))
        .description("What was to leave the broker, by what has become of it")
        .tag(SINK, WEBHOOK)
        .tag("result", result)
        .register(registry);
  }

  private double value(ToLongFunction<SinkFigures> value) {
    return running.find().map(broker -> value.applyAsLong(broker.webhooks().figures())).orElse(0L);
  }
}
