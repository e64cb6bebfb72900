package io.nanomq.rule;

import io.nanomq.rule.query.Query;
import io.nanomq.rule.query.Row;
import io.nanomq.rule.sql.Database;
import io.nanomq.rule.sql.TableRow;

/** Writes results to a table. Immutable. */
final class InsertRow implements RuleAction {
  private final Database database;
  private final TableRow.Table table;

  InsertRow(Database database, String table, Query query) {
    this.database = database;
    this.table = new TableRow.Table(table, query.names(), query.wholeNumbers());
  }

  @Override
  public void take(CompiledRule rule, Row row, RuleInput input, RuleResults results) {
    if (!database.offer(input.key(), new TableRow(table, row.values(), rule.figures()))) {
      rule.figures().countFailed("no room for the row");
    }
  }
}
