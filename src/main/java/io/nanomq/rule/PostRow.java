package io.nanomq.rule;

import io.nanomq.rule.query.EvaluationException;
import io.nanomq.rule.query.Row;
import io.nanomq.webhook.JsonPosts;
import org.jspecify.annotations.Nullable;

/** Posts results to a web server. Immutable. */
record PostRow(JsonPosts posts) implements RuleAction {

  @Override
  public void take(CompiledRule rule, Row row, RuleInput input, RuleResults results)
      throws EvaluationException {
    RuleFigures figures = rule.figures();
    byte[] json = row.json(Republish.MAX_BYTES);
    if (!posts.offer(input.key(), new JsonPosts.Post(json, why -> settled(figures, why)))) {
      figures.countFailed("no room for the result");
    }
  }

  private static void settled(RuleFigures figures, @Nullable String failure) {
    if (failure == null) {
      figures.countPassed();
    } else {
      figures.countFailed(failure);
    }
  }
}
