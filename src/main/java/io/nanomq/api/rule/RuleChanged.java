package io.nanomq.api.rule;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.nanomq.api.json.ResultCode;
import java.util.List;

/**
 * What a change of a rule answers, in NanoMQ's shape.
 *
 * @param code always 0
 * @param actions always empty there
 */
@JsonPropertyOrder({"code", "data", "actions"})
public record RuleChanged(int code, Data data, List<Object> actions) {
  /** The rule. */
  @JsonPropertyOrder({"rawsql", "id", "enabled"})
  public record Data(String rawsql, int id, boolean enabled) {}

  static RuleChanged of(RuleView rule) {
    Data data = new Data(rule.rawsql(), rule.id(), rule.enabled());
    return new RuleChanged(ResultCode.SUCCEED.code(), data, List.of());
  }
}
