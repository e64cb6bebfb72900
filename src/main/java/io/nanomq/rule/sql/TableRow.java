package io.nanomq.rule.sql;

import io.nanomq.rule.RuleFigures;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A row on its way to a table. Used by one thread at a time: by the lane that it waits in. */
public final class TableRow {
  private static final int OVERHEAD_BYTES = 256;
  private static final int VALUE_BYTES = 64;

  private final Table table;
  private final Map<String, @Nullable Object> values;
  private final RuleFigures figures;
  private boolean isSettled;

  /**
   * A table as one rule fills it.
   *
   * @param columns all of them, in order
   * @param whole those that hold whole numbers
   */
  public record Table(String name, List<String> columns, List<String> whole) {
    public Table {
      columns = List.copyOf(columns);
      whole = List.copyOf(whole);
    }
  }

  /**
   * @param values by column: null, Boolean, Long, Double or String
   * @param figures of the rule, which count what becomes of it
   */
  public TableRow(Table table, Map<String, @Nullable Object> values, RuleFigures figures) {
    this.table = table;
    this.values = values;
    this.figures = figures;
  }

  Table table() {
    return table;
  }

  @Nullable Object value(String column) {
    return values.get(column);
  }

  /** Whether nothing is to be done about it any more: it is in the table, or never will be. */
  boolean isSettled() {
    return isSettled;
  }

  void inserted() {
    isSettled = true;
    figures.countPassed();
  }

  void rejected(String why) {
    isSettled = true;
    figures.countFailed(why);
  }

  /** What it costs to keep. */
  int bytes() {
    long bytes = OVERHEAD_BYTES;
    for (Object value : values.values()) {
      bytes += VALUE_BYTES + (value instanceof String text ? 2L * text.length() : 0);
    }
    return (int) Math.min(Integer.MAX_VALUE, bytes);
  }
}
