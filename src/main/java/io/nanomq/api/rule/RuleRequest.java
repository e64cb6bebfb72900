package io.nanomq.api.rule;

import io.nanomq.api.json.ApiException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A rule as NanoMQ's API takes it; to change one, what is to be different.
 *
 * @param rawsql the query
 * @param actions where results go: one
 * @param enabled whether it is in force; unset = it is, or stays as it is
 * @param description for people; not kept, as with NanoMQ
 */
public record RuleRequest(
    @Nullable String rawsql,
    @Nullable List<Action> actions,
    @Nullable Boolean enabled,
    @Nullable String description) {

  /**
   * Where results go.
   *
   * @param name {@code repub}, {@code sqlite} or {@code mysql}
   * @param params by their names in the document
   */
  public record Action(String name, @Nullable Map<String, Object> params) {
    public Action {
      if (name == null) {
        throw ApiException.missing("actions.name");
      }
      params = params == null ? Map.of() : params;
    }
  }

  /** The query of a rule that is not there yet. */
  String requiredSql() {
    if (rawsql == null) {
      throw ApiException.missing("rawsql");
    }
    return rawsql;
  }

  Action requiredAction() {
    Action action = action();
    if (action == null) {
      throw ApiException.missing("actions");
    }
    return action;
  }

  /** Null = it stays. */
  @Nullable Action action() {
    if (actions == null || actions.isEmpty()) {
      return null;
    }
    if (actions.size() > 1 || actions.get(0) == null) {
      throw ApiException.badParameter("A rule has one action: make a rule of each");
    }
    return actions.get(0);
  }
}
