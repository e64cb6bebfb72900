package io.nanomq.rule;

import io.nanomq.rule.query.EvaluationException;
import io.nanomq.rule.query.Row;

/** Where the results of a rule go. Never waits. */
interface RuleAction {
  /**
   * @param rule whose result it is, which counts what becomes of it
   * @param results of the messages that are looked at together
   * @throws EvaluationException where nothing can be made of the row
   */
  void take(CompiledRule rule, Row row, RuleInput input, RuleResults results)
      throws EvaluationException;
}
