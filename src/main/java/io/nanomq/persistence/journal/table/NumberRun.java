package io.nanomq.persistence.journal.table;

/**
 * Numbers of one session that follow one another, so that one record says of all of them what else
 * would take one each. Used by one thread at a time.
 */
public final class NumberRun {
  private final int step;
  private long session;
  private long first;
  private int value;
  private int count;

  /**
   * @param step by which the value of one is above that of the one before
   */
  public NumberRun(int step) {
    this.step = step;
  }

  /** How many there are; 0 = it has not begun. */
  public int count() {
    return count;
  }

  public long session() {
    return session;
  }

  public long first() {
    return first;
  }

  /** Whether each has a value of its own. */
  public boolean hasValues() {
    return step != 0;
  }

  /** What belongs to the first one. */
  public int value() {
    return value;
  }

  /** Begins with that number. */
  public void begin(long ofSession, long number, int itsValue) {
    session = ofSession;
    first = number;
    value = itsValue;
    count = 1;
  }

  /**
   * Adds a number where it comes behind the others.
   *
   * @return whether it does
   */
  public boolean add(long ofSession, long number, int itsValue) {
    boolean follows =
        count > 0
            && ofSession == session
            && number == first + count
            && itsValue == value + step * count;
    count += follows ? 1 : 0;
    return follows;
  }

  /** None is left. */
  public void clear() {
    count = 0;
  }
}
