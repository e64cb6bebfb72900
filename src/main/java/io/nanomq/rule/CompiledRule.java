package io.nanomq.rule;

import io.nanomq.config.model.RulesConf;
import io.nanomq.rule.query.Evaluation;
import io.nanomq.rule.query.EvaluationException;
import io.nanomq.rule.query.Query;
import io.nanomq.rule.query.Row;
import org.jboss.logging.Logger;

/** A rule that is in force. Immutable, but for what it counts. */
record CompiledRule(RulesConf.Rule conf, Query query, RuleAction action, RuleFigures figures) {
  private static final Logger LOG = Logger.getLogger(CompiledRule.class);

  int id() {
    return conf.id();
  }

  /** Looks at a message; throws nothing, whatever is in it. */
  void look(Evaluation evaluation, RuleInput input, RuleResults results) {
    figures.countMatched();
    try {
      Row row = evaluation.row(query);
      if (row != null) {
        action.take(this, row, input, results);
      }
    } catch (EvaluationException tooMuch) {
      figures.countFailed(String.valueOf(tooMuch.getMessage()));
    } catch (RuntimeException mistake) {
      figures.countFailed(mistake.toString());
      LOG.debugf(mistake, "rule %d fails", id());
    }
  }
}
