package io.nanomq.rule.query;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A part of a query that has a value: null, a {@link Boolean}, {@link Long}, {@link Double}, {@link
 * String}, or a JSON object or list. Immutable; {@link #toString()} is a text that is parsed to the
 * same tree.
 */
sealed interface Expression {
  /** A value that stands in the text. */
  record Literal(@Nullable Object value) implements Expression {
    @Override
    public String toString() {
      if (value instanceof String text) {
        return "'" + text.replace("'", "''") + "'";
      }
      return String.valueOf(value);
    }
  }

  /** A field of the message, or what is below the payload where that is JSON. */
  record Field(MessageField field, List<PathStep> path) implements Expression {
    public Field {
      path = List.copyOf(path);
    }

    @Override
    public String toString() {
      return field.word() + PathStep.text(path);
    }
  }

  /**
   * What a column of SELECT is, or what is below it.
   *
   * @param column from 0
   * @param name of the column
   */
  record Alias(int column, String name, List<PathStep> path) implements Expression {
    public Alias {
      path = List.copyOf(path);
    }

    @Override
    public String toString() {
      return Query.inQuotes(name) + PathStep.text(path);
    }
  }

  /** NOT and the minus in front of something. */
  record Unary(Operator operator, Expression of) implements Expression {
    @Override
    public String toString() {
      return "(" + operator.sign() + " " + of + ")";
    }
  }

  /** Two with an operator in between. */
  record Binary(Operator operator, Expression left, Expression right) implements Expression {
    @Override
    public String toString() {
      return "(" + left + " " + operator.sign() + " " + right + ")";
    }
  }

  /** Whether something is there. */
  record IsNull(Expression of, boolean negated) implements Expression {
    @Override
    public String toString() {
      return "(" + of + (negated ? " IS NOT NULL" : " IS NULL") + ")";
    }
  }

  /** A function. */
  record Call(Function function, List<Expression> arguments) implements Expression {
    public Call {
      arguments = List.copyOf(arguments);
    }

    @Override
    public String toString() {
      return arguments.stream()
          .map(Expression::toString)
          .collect(Collectors.joining(", ", function.word() + "(", ")"));
    }
  }
}
