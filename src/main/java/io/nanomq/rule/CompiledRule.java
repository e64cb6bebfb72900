package io.nanomq.rule;

import io.nanomq.config.model.RulesConf;
import io.nanomq.rule.query.Evaluation;
import io.nanomq.rule.query.EvaluationException;
import io.nanomq.rule.query.Query;
import io.nanomq.rule.query.Row;
import org.jboss.logging.Logger;

/** A rule that is in force. Immutable, but for what it counts. */
final class CompiledRule {
  private static final Logger LOG = Logger.getLogger(CompiledRule.class);

  private final RulesConf.Rule conf;
  private final Query query;
  private final RuleAction action;
  private final RuleFigures figures;

  CompiledRule(RulesConf.Rule conf, Query query, RuleAction action, RuleFigures figures) {
    this.conf = conf;
    this.query = query;
    this.action = action;
    this.figures = figures;
  }

  int id() {
    return conf.id();
  }

  RulesConf.Rule conf() {
    return conf;
  }

  Query query() {
    return query;
  }

  RuleFigures figures() {
    return figures;
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
