package io.nanomq.persistence.journal.table;

import java.util.Arrays;

/** Numbers, one after the other. Used by one thread at a time. */
public final class NumberList {
  private long[] numbers = new long[64];
  private int size;

  public int size() {
    return size;
  }

  public long get(int index) {
    return numbers[index];
  }

  public void add(long number) {
    if (size == numbers.length) {
      numbers = Arrays.copyOf(numbers, size * 2);
    }
    numbers[size++] = number;
  }

  public void clear() {
    size = 0;
  }
}
