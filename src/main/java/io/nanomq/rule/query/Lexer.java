package io.nanomq.rule.query;

import io.nanomq.rule.query.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/** Cuts a query into words. */
final class Lexer {
  private static final List<String> SIGNS =
      List.of(
          "!=", "<>", "<=", ">=", "=", "<", ">", "(", ")", "[", "]", ",", ".", "*", "/", "%", "+",
          "-", ";");

  private final String text;
  private int at;

  private Lexer(String text) {
    this.text = text;
  }

  /**
   * @return the words, the last one of kind {@link Kind#END}
   * @throws QueryException where a quote does not end, or a character belongs to nothing
   */
  static List<Token> tokens(String text) throws QueryException {
    Lexer lexer = new Lexer(text);
    List<Token> tokens = new ArrayList<>();
    Token token = lexer.next();
    while (token.kind() != Kind.END) {
      tokens.add(token);
      token = lexer.next();
    }
    tokens.add(token);
    return tokens;
  }

  private Token next() throws QueryException {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    if (at == text.length()) {
      return new Token(Kind.END, "", at);
    }
    char c = text.charAt(at);
    if (c == '\'') {
      return quoted(Kind.TEXT, c);
    } else if (c == '"') {
      return quoted(Kind.QUOTED, c);
    } else if (isDigit(c)) {
      return number();
    } else if (isNameStart(c)) {
      int start = at;
      while (at < text.length() && (isNameStart(text.charAt(at)) || isDigit(text.charAt(at)))) {
        at++;
      }
      return new Token(Kind.NAME, text.substring(start, at), start);
    }
    return sign();
  }

  private Token sign() throws QueryException {
    for (String sign : SIGNS) {
      if (text.startsWith(sign, at)) {
        at += sign.length();
        return new Token(Kind.SIGN, sign, at - sign.length());
      }
    }
    throw new QueryException(at, "a character that means nothing here");
  }

  /** A quote inside is written twice. */
  private Token quoted(Kind kind, char quote) throws QueryException {
    int start = at++;
    StringBuilder content = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at++);
      boolean isTwice = c == quote && at < text.length() && text.charAt(at) == quote;
      if (c == quote && !isTwice) {
        return new Token(kind, content.toString(), start);
      }
      content.append(c);
      at += isTwice ? 1 : 0;
    }
    throw new QueryException(start, "a quote that does not end");
  }

  private Token number() throws QueryException {
    int start = at;
    digits();
    if (at + 1 < text.length() && text.charAt(at) == '.' && isDigit(text.charAt(at + 1))) {
      at++;
      digits();
    }
    if (isAt("eE")) {
      at++;
      exponent(start);
    }
    if (at < text.length() && isNameStart(text.charAt(at))) {
      throw new QueryException(at, "a number that goes on with letters");
    }
    return new Token(Kind.NUMBER, text.substring(start, at), start);
  }

  private void exponent(int start) throws QueryException {
    if (isAt("+-")) {
      at++;
    }
    if (at == text.length() || !isDigit(text.charAt(at))) {
      throw new QueryException(start, "a number without its exponent");
    }
    digits();
  }

  private boolean isAt(String anyOf) {
    return at < text.length() && anyOf.indexOf(text.charAt(at)) >= 0;
  }

  private void digits() {
    while (at < text.length() && isDigit(text.charAt(at))) {
      at++;
    }
  }

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  static boolean isNameStart(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
  }
}
