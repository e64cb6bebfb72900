package io.nanomq.config.key.value;

/** A single value that its key's type does not take; the caller adds where it stands. */
public final class ConfValueException extends Exception {
  private final String reason;
  private final String expected;

  /**
   * @param reason what is wrong with the value
   * @param expected what would be right
   */
  public ConfValueException(String reason, String expected) {
    super(reason, null, false, false);
    this.reason = reason;
    this.expected = expected;
  }

  /** What is wrong with the value. */
  public String reason() {
    return reason;
  }

  public String expected() {
    return expected;
  }
}
