package io.nanomq.rule;

import io.nanomq.memory.Budget;
import io.nanomq.rule.query.Evaluation;
import io.nanomq.sink.SinkTarget;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Has all rules look at messages that match a filter of any; off the event loops. */
final class Evaluator implements SinkTarget<RuleInput> {
  private final Supplier<RuleSet> rules;
  private final Republisher[] republishers;
  private final Budget memory;

  Evaluator(Supplier<RuleSet> rules, Republisher[] republishers, Budget memory) {
    this.rules = rules;
    this.republishers = republishers;
    this.memory = memory;
  }

  @Override
  public CompletionStage<Void> send(List<RuleInput> batch) {
    RuleResults results = new RuleResults(memory, republishers.length);
    RuleSet now = rules.get();
    for (RuleInput input : batch) {
      look(now, input, results);
    }
    CompletableFuture<?>[] parts = new CompletableFuture<?>[republishers.length];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = republishers[i].publish(results.of(i));
    }
    return CompletableFuture.allOf(parts).whenComplete((done, failure) -> results.release());
  }

  private static void look(RuleSet rules, RuleInput input, RuleResults results) {
    Evaluation evaluation = new Evaluation(input.forQueries());
    for (CompiledRule rule : rules.matching(input.message().topic().text())) {
      if (RuleOrigin.mayLookAt(input.origin(), rule.id())) {
        rule.look(evaluation, input, results);
      }
    }
  }
}
