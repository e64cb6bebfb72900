package io.nanomq.rule.query;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What stands between, or in front of, values; the weakest first. */
enum Operator {
  OR("OR", 0),
  AND("AND", 1),
  NOT("NOT", -1),
  EQUAL("=", 2),
  UNEQUAL("!=", 2),
  LESS("<", 2),
  LESS_OR_EQUAL("<=", 2),
  GREATER(">", 2),
  GREATER_OR_EQUAL(">=", 2),
  PLUS("+", 3),
  MINUS("-", 3),
  TIMES("*", 4),
  DIVIDE("/", 4),
  /** Whole numbers, rounded towards zero. */
  DIV("DIV", 4),
  MODULO("%", 4),
  NEGATE("-", -1);

  /** How many there are of {@link #level}. */
  static final int LEVELS = 5;

  /** The level of those that compare, which do not follow each other. */
  static final int COMPARISON = 2;

  private final String sign;
  private final int level;

  /**
   * @param level how strongly it binds; -1 = it stands in front
   */
  Operator(String sign, int level) {
    this.sign = sign;
    this.level = level;
  }

  String sign() {
    return sign;
  }

  /** The operator between two values of that level that a word is; null = none. */
  static @Nullable Operator between(Token token, int level) {
    for (Operator operator : values()) {
      if (operator.level == level && operator.isWrittenAs(token)) {
        return operator;
      }
    }
    return null;
  }

  private boolean isWrittenAs(Token token) {
    return token.isSign(sign)
        || token.isWord(sign)
        || this == UNEQUAL && token.isSign("<>")
        || this == MODULO && token.isWord("MOD");
  }

  /** Words that are no names. */
  static final List<String> KEYWORDS =
      List.of(
          "SELECT", "FROM", "WHERE", "AS", "AND", "OR", "NOT", "IS", "DIV", "MOD", "NULL", "TRUE",
          "FALSE");
}
