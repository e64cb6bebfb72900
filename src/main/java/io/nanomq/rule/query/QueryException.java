package io.nanomq.rule.query;

/** A text is no query; says where. */
public final class QueryException extends Exception {
  private final int position;

  /**
   * @param position characters before the mistake, from 0
   * @param reason what is wrong there
   */
  QueryException(int position, String reason) {
    super(reason, null, false, false);
    this.position = position;
  }

  /** Where the mistake begins: the column from 1, in UTF-16 units. */
  public int column() {
    return position + 1;
  }

  /** What is wrong, without the place. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}
