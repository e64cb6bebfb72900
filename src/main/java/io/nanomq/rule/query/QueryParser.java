package io.nanomq.rule.query;

import io.nanomq.codec.TopicRules;
import io.nanomq.rule.query.Query.Column;
import io.nanomq.rule.query.Token.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Words to a {@link Query}, by recursive descent: the grammar is a page, a generated parser would
 * be a build step and as much code again to walk its tree, and here each mistake is told with its
 * place. Bounded while it reads, so that no text costs more than its length.
 */
final class QueryParser {
  private final List<Token> tokens;
  private final List<Column> columns = new ArrayList<>();
  private final List<Integer> columnPositions = new ArrayList<>();
  private final ExpressionParser expressions;
  private boolean all;
  private int at;

  QueryParser(String text) throws QueryException {
    if (text.length() > Query.MAX_LENGTH) {
      throw new QueryException(Query.MAX_LENGTH, "more than " + Query.MAX_LENGTH + " characters");
    }
    tokens = Lexer.tokens(text);
    expressions = new ExpressionParser(this);
  }

  Query parse() throws QueryException {
    expectWord("SELECT");
    do {
      column();
    } while (takeSign(","));
    requireNames();
    expectWord("FROM");
    List<String> filters = new ArrayList<>();
    do {
      filters.add(filter(filters.size()));
    } while (takeSign(","));
    expressions.see(columns);
    Expression condition = takeWord("WHERE") ? expressions.any() : null;
    takeSign(";");
    if (peek().kind() != Kind.END) {
      throw unexpected(condition == null ? "WHERE or the end" : "an operator or the end");
    }
    return new Query(all, columns, filters, condition);
  }

  private void column() throws QueryException {
    if (takeSign("*")) {
      all = true;
      return;
    }
    if (columns.size() == Query.MAX_COLUMNS) {
      throw new QueryException(peek().position(), "more than " + Query.MAX_COLUMNS + " columns");
    }
    int start = peek().position();
    Expression value = expressions.any();
    columnPositions.add(start);
    columns.add(new Column(value, takeWord("AS") ? name() : nameOf(value, start)));
  }

  private String name() throws QueryException {
    Token token = take();
    boolean isName = token.kind() == Kind.NAME && !isKeyword(token);
    if (!isName && token.kind() != Kind.QUOTED || token.text().isEmpty()) {
      at--;
      throw unexpected("a name");
    }
    return token.text();
  }

  /** A field has its own name, and what is in the payload that of the last member. */
  private static String nameOf(Expression value, int position) throws QueryException {
    if (value instanceof Expression.Field field) {
      String name = field.field().word();
      for (PathStep step : field.path()) {
        name = step.name() == null ? name : step.name();
      }
      return name;
    }
    throw new QueryException(position, "a value without a name: AS name is missing");
  }

  private void requireNames() throws QueryException {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < columns.size(); i++) {
      if (!names.add(columns.get(i).name())) {
        throw new QueryException(columnPositions.get(i), "a second column of the same name");
      }
    }
  }

  private String filter(int before) throws QueryException {
    Token token = take();
    if (token.kind() != Kind.QUOTED && token.kind() != Kind.TEXT) {
      at--;
      throw unexpected("a topic filter in quotes");
    }
    if (!TopicRules.isValidFilter(token.text()) || TopicRules.isShared(token.text())) {
      throw new QueryException(token.position(), "no topic filter: " + token.shown());
    }
    if (before == Query.MAX_FILTERS) {
      throw new QueryException(token.position(), "more than " + before + " filters");
    }
    return token.text();
  }

  Token peek() {
    return tokens.get(at);
  }

  /** The last word, the end, is never gone past. */
  Token take() {
    Token token = tokens.get(at);
    at += token.kind() == Kind.END ? 0 : 1;
    return token;
  }

  boolean takeSign(String sign) {
    boolean isThere = peek().isSign(sign);
    at += isThere ? 1 : 0;
    return isThere;
  }

  boolean takeWord(String word) {
    boolean isThere = peek().isWord(word);
    at += isThere ? 1 : 0;
    return isThere;
  }

  void expectSign(String sign) throws QueryException {
    if (!takeSign(sign)) {
      throw unexpected(sign);
    }
  }

  private void expectWord(String word) throws QueryException {
    if (!takeWord(word)) {
      throw unexpected(word);
    }
  }

  QueryException unexpected(String wanted) {
    Token token = peek();
    return new QueryException(
        token.position(), "found " + token.shown() + " where " + wanted + " is expected");
  }

  static boolean isKeyword(Token token) {
    return Operator.KEYWORDS.stream().anyMatch(token::isWord);
  }

  /** The column of that name, and where it stands; -1 = none. */
  static int find(@Nullable List<Column> columns, String name) {
    for (int i = 0; columns != null && i < columns.size(); i++) {
      if (columns.get(i).name().equals(name)) {
        return i;
      }
    }
    return -1;
  }
}
