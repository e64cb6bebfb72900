package io.nanomq.rule.query;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code SELECT columns FROM "filter", ... WHERE condition}, parsed. Immutable; {@link #toString()}
 * is a text that is parsed to an equal query.
 */
public final class Query {
  /** Characters that a query may have. */
  public static final int MAX_LENGTH = 8 * 1024;

  /** Values and operators that a query may have. */
  public static final int MAX_NODES = 500;

  /** Columns that a query may have. */
  public static final int MAX_COLUMNS = 64;

  /** Filters that a query may have. */
  public static final int MAX_FILTERS = 16;

  /** Brackets, NOTs and functions that may stand in each other. */
  public static final int MAX_DEPTH = 32;

  private final boolean all;
  private final List<Column> columns;
  private final List<String> filters;
  private final @Nullable Expression condition;

  /**
   * A column of the result.
   *
   * @param name in the result
   */
  record Column(Expression value, String name) {}

  /**
   * @param all whether every field of the message is a column as well
   * @param condition null = every message passes
   */
  Query(boolean all, List<Column> columns, List<String> filters, @Nullable Expression condition) {
    this.all = all;
    this.columns = List.copyOf(columns);
    this.filters = List.copyOf(filters);
    this.condition = condition;
  }

  /**
   * @throws QueryException where the text is no query, or larger than one may be
   */
  public static Query parse(String text) throws QueryException {
    return new QueryParser(text).parse();
  }

  /** Topic filters: a message of any of them comes to the rule, once. */
  public List<String> filters() {
    return filters;
  }

  /** Names of the result, in order. */
  public List<String> names() {
    List<String> names = new ArrayList<>();
    if (all) {
      for (MessageField field : MessageField.values()) {
        names.add(field.word());
      }
    }
    columns.stream().map(Column::name).filter(name -> !names.contains(name)).forEach(names::add);
    return names;
  }

  /** Those of the names that stand for whole numbers in any message. */
  public List<String> wholeNumbers() {
    return names().stream().filter(name -> isWhole(field(name))).toList();
  }

  private static boolean isWhole(@Nullable MessageField field) {
    return field == MessageField.QOS || field == MessageField.ID || field == MessageField.TIMESTAMP;
  }

  /** What a name stands for, where that is a field as it is. */
  private @Nullable MessageField field(String name) {
    for (Column column : columns) {
      if (column.name.equals(name)) {
        return column.value instanceof Expression.Field own ? own.field() : null;
      }
    }
    return MessageField.of(name);
  }

  boolean all() {
    return all;
  }

  List<Column> columns() {
    return columns;
  }

  @Nullable Expression condition() {
    return condition;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Query query && query.toString().equals(toString());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  @Override
  public String toString() {
    String selected =
        columns.stream()
            .map(column -> column.value + " AS " + quoted(column.name))
            .collect(Collectors.joining(", "));
    String from = filters.stream().map(Query::inQuotes).collect(Collectors.joining(", "));
    String star = all ? columns.isEmpty() ? "*" : "*, " : "";
    String where = condition == null ? "" : " WHERE " + condition;
    return "SELECT " + star + selected + " FROM " + from + where;
  }

  static String inQuotes(String text) {
    return '"' + text.replace("\"", "\"\"") + '"';
  }

  /** A name as it is written in a query. */
  static String quoted(String name) {
    boolean isPlain =
        !name.isEmpty()
            && Lexer.isNameStart(name.charAt(0))
            && name.chars().allMatch(c -> Lexer.isNameStart((char) c) || Lexer.isDigit((char) c))
            && Operator.KEYWORDS.stream().noneMatch(name::equalsIgnoreCase);
    return isPlain ? name : inQuotes(name);
  }
}
