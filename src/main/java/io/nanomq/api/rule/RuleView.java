package io.nanomq.api.rule;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.nanomq.config.model.RulesConf;
import io.nanomq.config.setting.ConfProblem;
import io.nanomq.config.setting.ConfValues;
import io.nanomq.config.setting.WrittenValues;
import io.nanomq.rule.RuleFigures;
import io.nanomq.rule.RuleStatus;
import org.jspecify.annotations.Nullable;

/**
 * A rule and what it has done.
 *
 * @param name kind of the place that results go to
 * @param target topic, table or address, of which user and password are masked
 * @param matched messages of its filters
 * @param passed messages whose results left
 * @param failed messages whose results did not leave
 * @param error why the last one failed; absent where none did
 */
@JsonPropertyOrder({"name", "rawsql", "id", "enabled"})
public record RuleView(
    String name,
    String rawsql,
    int id,
    boolean enabled,
    String target,
    long matched,
    long passed,
    long failed,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String error) {

  /**
   * @param values what the document says of it, which may be references
   */
  static RuleView of(RuleStatus status, ConfValues values) {
    WrittenValues written = new WrittenValues(values, "rules.");
    RulesConf.Rule conf = status.conf();
    RuleFigures figures = status.figures();
    return new RuleView(
        conf.sink().kind(),
        written.text(conf.sql()),
        conf.id(),
        conf.enabled(),
        ConfProblem.withoutCredentials(written.text(conf.target())),
        figures.matched(),
        figures.passed(),
        figures.failed(),
        written.within(figures.error()));
  }
}
