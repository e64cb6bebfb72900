package io.nanomq.control.process;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.nanomq.Broker;
import io.nanomq.control.RunningBroker;
import io.nanomq.http.ApiShare;
import io.nanomq.http.HttpConnections;
import io.nanomq.metrics.AccessReason;
import io.nanomq.metrics.CounterSnapshot;
import io.nanomq.metrics.DropReason;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The broker's figures as Micrometer's meters. A scrape must not wait for the loops, so it reads
 * what they had counted up to {@value #REFRESH_MILLIS} ms ago; gauges are of the moment.
 */
@Singleton
public class BrokerMeters {
  private static final long REFRESH_MILLIS = 5_000;

  private final MeterRegistry registry;
  private final RunningBroker running;
  private final Vertx vertx;
  private final MqttLoops loops;
  private final ApiShare share;
  private final HttpConnections api;
  private volatile CounterSnapshot last = CounterSnapshot.NONE;
  private long timer;

  public BrokerMeters(
      MeterRegistry registry,
      RunningBroker running,
      Vertx vertx,
      MqttLoops loops,
      ApiShare share,
      HttpConnections api) {
    this.registry = registry;
    this.running = running;
    this.vertx = vertx;
    this.loops = loops;
    this.share = share;
    this.api = api;
  }

  void start(@Observes StartupEvent event) {
    counter("nanomq.connections.accepted", CounterSnapshot::connectionsAccepted);
    counter("nanomq.connections.closed", CounterSnapshot::connectionsClosed);
    counter("nanomq.packets.received", CounterSnapshot::packetsReceived);
    counter("nanomq.publishes.received", CounterSnapshot::publishesReceived);
    counter("nanomq.publishes.sent", CounterSnapshot::publishesSent);
    counter("nanomq.deliveries.queued", CounterSnapshot::deliveriesQueued);
    for (DropReason reason : DropReason.values()) {
      drops(reason);
    }
    for (AccessReason reason : AccessReason.values()) {
      authorizations(reason, "allowed", last -> last.allowed(reason));
      authorizations(reason, "denied", last -> last.denied(reason));
    }
    gauge("nanomq.connections", broker -> broker.sessions().connectionCount());
    gauge("nanomq.sessions", broker -> broker.sessions().size());
    gauge("nanomq.subscriptions", Broker::subscriptionCount);
    gauge("nanomq.retained", broker -> broker.retained().size());
    gauge("nanomq.messages.held.bytes", broker -> broker.messageMemory().bytes());
    gauge("nanomq.messages.held.limit.bytes", broker -> broker.messageMemory().limitBytes());
    // 1 while messages are given up for want of room, and for a minute after that.
    gauge("nanomq.messages.memory.short", broker -> broker.messageMemory().isShort() ? 1 : 0);
    FunctionCounter.builder("nanomq.events.lost", running, BrokerMeters::eventsLost)
        .register(registry);
    FunctionCounter.builder("nanomq.api.connections.refused", api, HttpConnections::refused)
        .register(registry);
    FunctionCounter.builder("nanomq.api.rest", share, all -> all.waitedMillis() / 1e3)
        .description("How long requests of the API have waited, to leave the processors to MQTT")
        .baseUnit("seconds")
        .register(registry);
    IntStream.range(0, loops.size()).forEach(this::lag);
    timer = vertx.setPeriodic(REFRESH_MILLIS, tick -> refresh());
  }

  private static double eventsLost(RunningBroker running) {
    return running.find().map(broker -> broker.events().lost()).orElse(0L);
  }

  void stop(@Observes ShutdownEvent event) {
    vertx.cancelTimer(timer);
  }

  /** Asks the loops; done when the meters have it. */
  CompletionStage<Void> refresh() {
    return running
        .find()
        .map(broker -> broker.counters().thenAccept(counters -> last = counters))
        .orElseGet(() -> CompletableFuture.completedFuture(null));
  }

  private void counter(String name, ToDoubleFunction<CounterSnapshot> value) {
    FunctionCounter.builder(name, this, meters -> value.applyAsDouble(meters.last))
        .register(registry);
  }

  private void drops(DropReason reason) {
    FunctionCounter.builder("nanomq.dropped", this, meters -> meters.last.drops(reason))
        .tag("reason", reason.name().toLowerCase(Locale.ROOT))
        .register(registry);
  }

  private void authorizations(
      AccessReason reason, String result, ToDoubleFunction<CounterSnapshot> value) {
    FunctionCounter.builder("nanomq.authorizations", this, m -> value.applyAsDouble(m.last))
        .description("Decisions to allow, and operations that were denied, by what decided")
        .tag("result", result)
        .tag("reason", reason.name().toLowerCase(Locale.ROOT))
        .register(registry);
  }

  private void lag(int loop) {
    Gauge.builder("nanomq.loop.lag.max", running, now -> lagSeconds(now, loop))
        .description("How late the event loop came to its work at worst in the last 1 to 2 minutes")
        .baseUnit("seconds")
        .tag("loop", Integer.toString(loop))
        .register(registry);
  }

  private static double lagSeconds(RunningBroker running, int loop) {
    long[] nanos = running.find().map(Broker::maxLoopLagNanos).orElseGet(() -> new long[0]);
    return loop < nanos.length ? nanos[loop] / 1e9 : Double.NaN;
  }

  private void gauge(String name, ToDoubleFunction<Broker> value) {
    Gauge.builder(name, running, r -> r.find().map(b -> value.applyAsDouble(b)).orElse(Double.NaN))
        .register(registry);
  }
}
