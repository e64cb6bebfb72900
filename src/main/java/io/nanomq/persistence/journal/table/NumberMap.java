package io.nanomq.persistence.journal.table;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Objects by numbers other than 0, in one table: nothing is allocated for one of them. Used by one
 * thread at a time.
 */
public final class NumberMap<V> {
  private static final int FIRST_SLOTS = 64;

  /** Not given back: what comes and goes would have it made anew all the time. */
  private static final int USUAL_SLOTS = 4096;

  // Each at the first free place from its own one on; 0 = free.
  private long[] numbers = new long[FIRST_SLOTS];
  private @Nullable Object[] values = new Object[FIRST_SLOTS];
  private int size;

  public int size() {
    return size;
  }

  /** Null = there is none. */
  @SuppressWarnings("unchecked") // only such are put
  public @Nullable V get(long number) {
    return size == 0 ? null : (V) values[slot(number)];
  }

  public void put(long number, V value) {
    int slot = slot(number);
    if (numbers[slot] == 0) {
      if (size >= numbers.length / 2) {
        resize(2 * numbers.length);
        slot = slot(number);
      }
      numbers[slot] = number;
      size++;
    }
    values[slot] = value;
  }

  public void remove(long number) {
    int gap = slot(number);
    if (numbers[gap] == 0) {
      return;
    }
    size--;
    int mask = numbers.length - 1;
    for (int at = gap + 1 & mask; numbers[at] != 0; at = at + 1 & mask) {
      // What is not at home behind the gap moves there: looking for it would end there.
      if ((at - home(numbers[at]) & mask) >= (at - gap & mask)) {
        numbers[gap] = numbers[at];
        values[gap] = values[at];
        gap = at;
      }
    }
    numbers[gap] = 0;
    values[gap] = null;
    if (size < numbers.length / 16 && numbers.length > USUAL_SLOTS) {
      resize(numbers.length / 4);
    }
  }

  /** All of them, in no order. */
  @SuppressWarnings("unchecked") // only such are put
  public List<V> values() {
    List<V> all = new ArrayList<>(size);
    for (Object value : values) {
      if (value != null) {
        all.add((V) value);
      }
    }
    return all;
  }

  /** Where a number stands, or would. */
  private int slot(long number) {
    int mask = numbers.length - 1;
    int slot = home(number);
    while (numbers[slot] != 0 && numbers[slot] != number) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  private int home(long number) {
    // Numbers of a loop are multiples: the upper bits of the product differ.
    long product = number * 0x9e37_79b9_7f4a_7c15L;
    return (int) (product >>> 40) & numbers.length - 1;
  }

  private void resize(int slots) {
    long[] oldNumbers = numbers;
    @Nullable Object[] oldValues = values;
    numbers = new long[slots];
    values = new Object[slots];
    for (int i = 0; i < oldNumbers.length; i++) {
      if (oldNumbers[i] != 0) {
        int slot = slot(oldNumbers[i]);
        numbers[slot] = oldNumbers[i];
        values[slot] = oldValues[i];
      }
    }
  }
}
