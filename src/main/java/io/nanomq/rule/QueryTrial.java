package io.nanomq.rule;

import io.nanomq.config.model.RulesConf;
import io.nanomq.rule.query.Evaluation;
import io.nanomq.rule.query.EvaluationException;
import io.nanomq.rule.query.Query;
import io.nanomq.rule.query.Row;
import io.nanomq.rule.query.RuleMessage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tries a query on a message that nobody published. */
public final class QueryTrial {
  private QueryTrial() {}

  /**
   * What comes of it.
   *
   * @param matched whether a filter of the query matches
   * @param passed whether its condition is true
   * @param json the result; null = there is none
   * @param topic where it would be published; null = nowhere
   */
  public record Result(
      boolean matched, boolean passed, @Nullable String json, @Nullable String topic) {}

  /**
   * @param topic where results go, with placeholders; null = no matter
   * @param maxLevels levels that a topic may have
   * @throws EvaluationException where the rule would fail for the message
   */
  public static Result run(Query query, RuleMessage message, @Nullable String topic, int maxLevels)
      throws EvaluationException {
    if (new RuleSet(List.of(rule(query))).matching(message.topic()).isEmpty()) {
      return new Result(false, false, null, null);
    }
    Row row = new Evaluation(message).row(query);
    if (row == null) {
      return new Result(true, false, null, null);
    }
    String target = topic == null ? null : TopicTemplate.parse(topic).topic(row, maxLevels);
    String json = new String(row.json(Republish.MAX_BYTES), StandardCharsets.UTF_8);
    return new Result(true, true, json, target);
  }

  private static CompiledRule rule(Query query) {
    var nowhere = new RulesConf.Sink("repub", "", "", "", "", null);
    var place = new RulesConf.Place("", "", List.of());
    var conf = new RulesConf.Rule(1, true, query.toString(), nowhere, "", place);
    return new CompiledRule(conf, query, (same, row, in, results) -> {}, new RuleFigures());
  }
}
