package io.nanomq.control.process;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.nanomq.Broker;
import io.nanomq.authn.AuthFigures;
import io.nanomq.backend.BackendAnswer;
import io.nanomq.backend.BackendFigures;
import io.nanomq.backend.Backends;
import io.nanomq.control.RunningBroker;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/** How logins were decided, and how back ends do, as Micrometer's meters. */
@Singleton
public class AuthMeters {
  private final MeterRegistry registry;
  private final RunningBroker running;

  public AuthMeters(MeterRegistry registry, RunningBroker running) {
    this.registry = registry;
    this.running = running;
  }

  void start(@Observes StartupEvent event) {
    for (String link : AuthFigures.LINKS) {
      for (AuthFigures.Result result : AuthFigures.Result.values()) {
        FunctionCounter.builder("nanomq.authentications", running, all -> logins(all, link, result))
            .description("Logins, by who decided and what")
            .tag("link", link)
            .tag("result", word(result))
            .register(registry);
      }
    }
    for (Backends.Kind kind : Backends.Kind.values()) {
      backend(kind);
    }
    Gauge.builder("nanomq.bans", running, AuthMeters::bans)
        .description("Bans in force")
        .register(registry);
  }

  private static double bans(RunningBroker running) {
    return running.find().map(broker -> broker.bans().size()).orElse(0);
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static double logins(RunningBroker running, String link, AuthFigures.Result result) {
    return running.find().map(broker -> broker.logins().count(link, result)).orElse(0L);
  }

  private void backend(Backends.Kind kind) {
    for (BackendAnswer answer : BackendAnswer.values()) {
      counter("nanomq.backend.answers", kind, figures -> figures.answers(answer))
          .tag("answer", word(answer))
          .register(registry);
    }
    counter("nanomq.backend.cache.hits", kind, BackendFigures::cacheHits).register(registry);
    FunctionTimer.builder(
            "nanomq.backend.calls",
            running,
            all -> (long) number(all, kind, BackendFigures::calls),
            all -> number(all, kind, BackendFigures::seconds),
            TimeUnit.SECONDS)
        .description("Calls that have ended, and how long they took")
        .tag("request", kind.key())
        .register(registry);
    gauge("nanomq.backend.outstanding", kind, BackendFigures::outstanding);
    gauge("nanomq.backend.waiting", kind, BackendFigures::waiting);
  }

  private FunctionCounter.Builder<RunningBroker> counter(
      String name, Backends.Kind kind, ToDoubleFunction<BackendFigures> value) {
    return FunctionCounter.builder(name, running, all -> number(all, kind, value))
        .tag("request", kind.key());
  }

  private void gauge(String name, Backends.Kind kind, ToDoubleFunction<BackendFigures> value) {
    Gauge.builder(name, running, all -> number(all, kind, value))
        .tag("request", kind.key())
        .register(registry);
  }

  private static double number(
      RunningBroker running, Backends.Kind kind, ToDoubleFunction<BackendFigures> value) {
    return running
        .find()
        .map(Broker::backends)
        .map(b -> value.applyAsDouble(b.figures(kind)))
        .orElse(0.0);
  }
}
