package io.nanomq.persistence.journal.topic;

import java.util.Arrays;

/**
 * Numbers that are looked for mostly in their order, each of which is found once. Used by one
 * thread at a time.
 */
public final class LiveVersions {
  private final long[] numbers;
  private final long[] found;
  private int size;
  // The place behind the one that was found last.
  private int next;

  /**
   * @param most so many are added at most
   */
  public LiveVersions(int most) {
    numbers = new long[most];
    found = new long[(most >>> 6) + 1];
  }

  public void add(long number) {
    numbers[size++] = number;
  }

  /** All are added. */
  public void sort() {
    Arrays.sort(numbers, 0, size);
  }

  /** Whether it is among them, and was not asked for before. */
  public boolean take(long number) {
    int place = next < size && numbers[next] == number ? next : place(number);
    if (place < 0) {
      return false;
    }
    next = place + 1;
    boolean isFirst = (found[place >>> 6] & 1L << place) == 0;
    found[place >>> 6] |= 1L << place;
    return isFirst;
  }

  private int place(long number) {
    // What does not hold any more mostly stands just ahead of the next one that does.
    if (next < size && number < numbers[next] && (next == 0 || numbers[next - 1] < number)) {
      return -1;
    }
    return Arrays.binarySearch(numbers, 0, size, number);
  }
}
