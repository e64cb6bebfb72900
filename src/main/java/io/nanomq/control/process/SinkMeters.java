package io.nanomq.control.process;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.nanomq.Broker;
import io.nanomq.control.RunningBroker;
import io.nanomq.sink.SinkFigures;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** What has become of what leaves the broker, as Micrometer's meters. */
@Singleton
public class SinkMeters {
  private static final String SINK = "sink";

  private final MeterRegistry registry;
  private final RunningBroker running;

  public SinkMeters(MeterRegistry registry, RunningBroker running) {
    this.registry = registry;
    this.running = running;
  }

  void start(@Observes StartupEvent event) {
    register("webhook", broker -> broker.integrations().webhooks().figures());
    register("rules", broker -> broker.integrations().rules().figures());
    register("rules_webhook", broker -> broker.integrations().rules().webFigures());
    register("databases", broker -> broker.integrations().rules().databaseFigures());
  }

  private void register(String sink, Function<Broker, SinkFigures> of) {
    counter(sink, "sent", of, SinkFigures::sent);
    counter(sink, "failed", of, SinkFigures::failed);
    counter(sink, "dropped", of, SinkFigures::dropped);
    FunctionCounter.builder("nanomq.sink.retries", this, all -> all.value(of, SinkFigures::retries))
        .description("Attempts after the first one")
        .tag(SINK, sink)
        .register(registry);
    Gauge.builder("nanomq.sink.queued", this, all -> all.value(of, SinkFigures::queued))
        .description("Waiting to leave, or being tried")
        .tag(SINK, sink)
        .register(registry);
  }

  private void counter(
      String sink,
      String result,
      Function<Broker, SinkFigures> of,
      ToLongFunction<SinkFigures> value) {
    FunctionCounter.builder("nanomq.sink.events", this, all -> all.value(of, value))
        .description("What was to leave the broker, by what has become of it")
        .tag(SINK, sink)
        .tag("result", result)
        .register(registry);
  }

  private double value(Function<Broker, SinkFigures> of, ToLongFunction<SinkFigures> value) {
    return running.find().map(broker -> value.applyAsLong(of.apply(broker))).orElse(0L);
  }
}
