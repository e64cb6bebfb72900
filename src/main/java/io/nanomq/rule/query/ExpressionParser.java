package io.nanomq.rule.query;

import io.nanomq.rule.query.Expression.Alias;
import io.nanomq.rule.query.Expression.Binary;
import io.nanomq.rule.query.Expression.Call;
import io.nanomq.rule.query.Expression.Field;
import io.nanomq.rule.query.Expression.IsNull;
import io.nanomq.rule.query.Expression.Literal;
import io.nanomq.rule.query.Expression.Unary;
import io.nanomq.rule.query.Query.Column;
import io.nanomq.rule.query.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The part of the grammar that has values: operators by how strongly they bind, then names. */
final class ExpressionParser {
  /** Digits that an index may have. */
  private static final int INDEX_DIGITS = 6;

  private static final int MAX_STEPS = 32;

  private final QueryParser words;
  private @Nullable List<Column> columns;
  private int nodes;
  private int depth;

  ExpressionParser(QueryParser words) {
    this.words = words;
  }

  /** From now on, columns may be named too. */
  void see(List<Column> selected) {
    columns = selected;
  }

  Expression any() throws QueryException {
    return level(0);
  }

  private Expression level(int level) throws QueryException {
    if (level == Operator.LEVELS) {
      return inFront();
    }
    boolean compares = level == Operator.COMPARISON;
    if (compares && words.peek().isWord("NOT")) {
      return not();
    }
    Expression left = level(level + 1);
    Operator operator = Operator.between(words.peek(), level);
    while (operator != null) {
      int position = words.take().position();
      left = count(position, new Binary(operator, left, level(level + 1)));
      operator = Operator.between(words.peek(), level);
      if (operator != null && compares) {
        throw words.unexpected("AND, OR or the end");
      }
    }
    return compares ? isNull(left) : left;
  }

  private Expression not() throws QueryException {
    int position = words.take().position();
    enter(position);
    Expression of = level(Operator.COMPARISON);
    depth--;
    return count(position, new Unary(Operator.NOT, of));
  }

  private Expression isNull(Expression of) throws QueryException {
    int position = words.peek().position();
    if (!words.takeWord("IS")) {
      return of;
    }
    boolean negated = words.takeWord("NOT");
    if (!words.takeWord("NULL")) {
      throw words.unexpected("NULL");
    }
    return count(position, new IsNull(of, negated));
  }

  private Expression inFront() throws QueryException {
    Token token = words.peek();
    if (words.takeSign("-")) {
      enter(token.position());
      Expression of = inFront();
      depth--;
      return count(token.position(), new Unary(Operator.NEGATE, of));
    }
    if (words.takeSign("(")) {
      enter(token.position());
      Expression inside = any();
      words.expectSign(")");
      depth--;
      return inside;
    }
    return count(token.position(), value());
  }

  private Expression value() throws QueryException {
    Token token = words.take();
    return switch (token.kind()) {
      case TEXT -> new Literal(token.text());
      case NUMBER -> new Literal(number(token));
      case QUOTED -> alias(token);
      case NAME -> named(token);
      case SIGN -> throw new QueryException(token.position(), "a value is missing");
      case END -> throw words.unexpected("a value");
    };
  }

  private static Object number(Token token) throws QueryException {
    try {
      return Long.parseLong(token.text());
    } catch (NumberFormatException notWhole) {
      double value = Double.parseDouble(token.text());
      if (Double.isInfinite(value)) {
        throw new QueryException(token.position(), "a number that is too large");
      }
      return value;
    }
  }

  private Expression named(Token token) throws QueryException {
    if (token.isWord("NULL")) {
      return new Literal(null);
    } else if (token.isWord("TRUE") || token.isWord("FALSE")) {
      return new Literal(token.isWord("TRUE"));
    } else if (QueryParser.isKeyword(token)) {
      throw new QueryException(token.position(), "a value is missing before " + token.shown());
    } else if (words.takeSign("(")) {
      return call(token);
    }
    MessageField field = MessageField.of(token.text());
    if (field == null) {
      return alias(token);
    }
    List<PathStep> path = path();
    if (!path.isEmpty() && field != MessageField.PAYLOAD) {
      throw new QueryException(token.position(), "nothing is below " + field.word());
    }
    return new Field(field, path);
  }

  private Expression alias(Token token) throws QueryException {
    int column = QueryParser.find(columns, token.text());
    if (column < 0) {
      String known = "qos, id, topic, clientid, username, timestamp, payload";
      throw new QueryException(
          token.position(), "unknown name " + token.shown() + ", neither a column nor " + known);
    }
    return new Alias(column, token.text(), path());
  }

  private List<PathStep> path() throws QueryException {
    List<PathStep> path = new ArrayList<>();
    while (true) {
      int position = words.peek().position();
      if (words.takeSign(".")) {
        Token name = words.take();
        if (name.kind() != Kind.NAME && name.kind() != Kind.QUOTED) {
          throw new QueryException(name.position(), "the name of a member is missing");
        }
        path.add(PathStep.member(name.text()));
      } else if (words.takeSign("[")) {
        path.add(PathStep.element(index()));
        words.expectSign("]");
      } else {
        return path;
      }
      if (path.size() > MAX_STEPS) {
        throw new QueryException(position, "more than " + MAX_STEPS + " steps down");
      }
    }
  }

  private int index() throws QueryException {
    Token token = words.take();
    boolean isIndex =
        token.kind() == Kind.NUMBER
            && token.text().length() <= INDEX_DIGITS
            && token.text().chars().allMatch(c -> Lexer.isDigit((char) c));
    if (!isIndex) {
      throw new QueryException(token.position(), "no index of a list");
    }
    return Integer.parseInt(token.text());
  }

  private Expression call(Token token) throws QueryException {
    Function function = Function.of(token.text());
    if (function == null) {
      throw new QueryException(token.position(), "unknown function " + token.shown());
    }
    enter(token.position());
    List<Expression> arguments = new ArrayList<>();
    if (!words.takeSign(")")) {
      do {
        arguments.add(any());
      } while (words.takeSign(","));
      words.expectSign(")");
    }
    depth--;
    if (!function.takes(arguments.size())) {
      throw new QueryException(
          token.position(), function.word() + " does not take " + arguments.size() + " values");
    }
    return new Call(function, arguments);
  }

  private void enter(int position) throws QueryException {
    if (++depth > Query.MAX_DEPTH) {
      throw new QueryException(position, "more than " + Query.MAX_DEPTH + " in each other");
    }
  }

  private Expression count(int position, Expression node) throws QueryException {
    if (++nodes > Query.MAX_NODES) {
      throw new QueryException(position, "more than " + Query.MAX_NODES + " values and operators");
    }
    return node;
  }
}
