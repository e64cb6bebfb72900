package io.nanomq.rule.query;

/**
 * A word of a query.
 *
 * @param kind what it is
 * @param text a name as written, the content of a quoted text, the digits of a number, or a sign
 * @param position characters before it
 */
record Token(Kind kind, String text, int position) {
  /** Kinds of words. */
  enum Kind {
    NAME,
    NUMBER,
    /** In single quotes. */
    TEXT,
    /** In double quotes: a filter, or a name of any characters. */
    QUOTED,
    SIGN,
    END
  }

  boolean isSign(String sign) {
    return kind == Kind.SIGN && text.equals(sign);
  }

  /** Keywords are written in any case. */
  boolean isWord(String word) {
    return kind == Kind.NAME && text.equalsIgnoreCase(word);
  }

  /** For messages. */
  String shown() {
    return kind == Kind.END ? "the end" : text.length() > 40 ? text.substring(0, 40) : text;
  }
}
