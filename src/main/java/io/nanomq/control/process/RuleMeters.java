package io.nanomq.control.process;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.nanomq.Broker;
import io.nanomq.config.ConfEvents;
import io.nanomq.config.ConfReport;
import io.nanomq.control.BeforeStart;
import io.nanomq.control.RunningBroker;
import io.nanomq.rule.RuleFigures;
import io.nanomq.rule.RuleStatus;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** What each rule has done, as Micrometer's meters, which come and go with their rules. */
@Singleton
public class RuleMeters implements ConfEvents, BeforeStart {
  private final MeterRegistry registry;
  private final RunningBroker running;
  private final Map<RuleFigures, List<Meter>> known = new HashMap<>();

  public RuleMeters(MeterRegistry registry, RunningBroker running) {
    this.registry = registry;
    this.running = running;
  }

  @Override
  public void prepare(Broker starting) {
    follow(starting);
  }

  @Override
  public void told(ConfReport report) {
    running.find().ifPresent(this::follow);
  }

  private synchronized void follow(Broker broker) {
    Set<RuleFigures> there = new HashSet<>();
    broker.integrations().rules().status().forEach(rule -> there.add(rule.figures()));
    Set<RuleFigures> gone = new HashSet<>(known.keySet());
    gone.removeAll(there);
    gone.forEach(this::forget);
    for (RuleStatus rule : broker.integrations().rules().status()) {
      known.computeIfAbsent(rule.figures(), figures -> meters(rule));
    }
  }

  private void forget(RuleFigures figures) {
    List<Meter> meters = known.remove(figures);
    if (meters != null) {
      meters.forEach(registry::remove);
    }
  }

  private List<Meter> meters(RuleStatus rule) {
    return List.of(
        counter(rule, "matched", RuleFigures::matched),
        counter(rule, "passed", RuleFigures::passed),
        counter(rule, "failed", RuleFigures::failed));
  }

  private Meter counter(RuleStatus rule, String result, ToDoubleFunction<RuleFigures> value) {
    return FunctionCounter.builder("nanomq.rule.messages", rule.figures(), value)
        .description("Messages that a rule looked at, and what has become of their results")
        .tag("rule", String.valueOf(rule.conf().id()))
        .tag("result", result)
        .register(registry);
  }
}
