package io.nanomq.persistence;

/**
 * Numbers of stored messages: which loop published it, and the how many-eth of that loop it is.
 * They are never used again, by later processes neither; 0 = not stored.
 */
public final class MessageNumber {
  private static final int LOOP_BITS = 6;
  private static final long LOOP_MASK = (1L << LOOP_BITS) - 1;

  private MessageNumber() {}

  /**
   * @param loop index of the loop that publishes, 0 to 63
   * @param count above 0
   */
  public static long of(int loop, long count) {
    return count << LOOP_BITS | loop;
  }

  /** Index of the loop that published it, in the process that did. */
  public static int loop(long number) {
    return (int) (number & LOOP_MASK);
  }

  /** The how many-eth of its loop it is. */
  public static long count(long number) {
    return number >>> LOOP_BITS;
  }
}
