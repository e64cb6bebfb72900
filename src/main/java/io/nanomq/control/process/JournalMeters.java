package io.nanomq.control.process;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.nanomq.Broker;
import io.nanomq.control.RunningBroker;
import io.nanomq.journal.JournalFigures;
import io.nanomq.persistence.journal.JournalStores;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.function.ToDoubleFunction;

/** What outlives the process on disk, as Micrometer's meters; 0 where nothing does. */
@Singleton
public class JournalMeters {
  private final MeterRegistry registry;
  private final RunningBroker running;

  public JournalMeters(MeterRegistry registry, RunningBroker running) {
    this.registry = registry;
    this.running = running;
  }

  void start(@Observes StartupEvent event) {
    gauge("bytes", "Files of the journal", JournalFigures::bytes);
    gauge("live.bytes", "Of these, what is still needed", JournalFigures::liveBytes);
    gauge("room.bytes", "What may still be stored", JournalFigures::roomBytes);
    gauge("index.bytes", "Memory to know where that stands", JournalFigures::indexBytes);
    gauge("pending.bytes", "Told and not on disk yet", JournalFigures::pendingBytes);
    Gauge.builder("nanomq.journal.missing", this, JournalMeters::missing)
        .description("1 while nothing outlives the process since the folder cannot be used")
        .register(registry);
    gauge("full", "1 while nothing new is stored", figures -> figures.full() ? 1 : 0);
    counter("written.bytes", "Written to the journal", JournalFigures::writtenBytes);
    counter("batches", "What loops told at the end of a turn", JournalFigures::batches);
    counter("syncs", "Forced to the disk", JournalFigures::syncs);
    counter("sync.seconds", "What that took", figures -> figures.syncNanos() / 1e9);
    counter("failures", "Calls of the disk that failed", JournalFigures::failures);
  }

  private void gauge(String name, String what, ToDoubleFunction<JournalFigures> value) {
    Gauge.builder("nanomq.journal." + name, this, meters -> value.applyAsDouble(meters.now()))
        .description(what)
        .register(registry);
  }

  private void counter(String name, String what, ToDoubleFunction<JournalFigures> value) {
    FunctionCounter.builder(
            "nanomq.journal." + name, this, meters -> value.applyAsDouble(meters.now()))
        .description(what)
        .register(registry);
  }

  private double missing() {
    return running.find().filter(broker -> !broker.durability().problem().isEmpty()).isPresent()
        ? 1
        : 0;
  }

  private JournalFigures now() {
    return running
        .find()
        .flatMap(Broker::journalStores)
        .map(JournalStores::figures)
        .orElse(JournalFigures.NONE);
  }
}
