package io.nanomq.persistence.journal.table;

import java.util.Arrays;

/** Finds a number other than 0 by two numbers, without an object for either. Not shared. */
public final class PairTable {
  private static final int FIRST_BITS = 8;

  private int bits = FIRST_BITS;
  private long[] keys = new long[2 << bits];
  // 0 = there is none.
  private int[] values = new int[1 << bits];
  private int size;

  /** 0 = there is none. */
  public int get(long first, long second) {
    return values[place(first, second)];
  }

  /**
   * Takes the place of what was there.
   *
   * @param value other than 0
   * @return what was there, 0 = nothing
   */
  public int put(long first, long second, int value) {
    int place = place(first, second);
    int before = values[place];
    values[place] = value;
    if (before == 0) {
      keys[2 * place] = first;
      keys[2 * place + 1] = second;
      size++;
      if (size > values.length / 2) {
        grow();
      }
    }
    return before;
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldValues = values;
    make(bits + 1);
    for (int i = 0; i < oldValues.length; i++) {
      if (oldValues[i] != 0) {
        put(oldKeys[2 * i], oldKeys[2 * i + 1], oldValues[i]);
      }
    }
  }

  private void make(int newBits) {
    bits = newBits;
    keys = new long[2 << bits];
    values = new int[1 << bits];
    size = 0;
  }

  /** Takes out all of them; memory that was rarely needed goes step by step. */
  public void clear() {
    if (bits > FIRST_BITS && size < values.length / 16) {
      make(bits - 1);
    } else {
      Arrays.fill(values, 0);
      size = 0;
    }
  }

  /** Where that key stands, or is to stand. */
  private int place(long first, long second) {
    long hash = (first * 0x9e3779b97f4a7c15L + second) * 0xd6e8feb86659fd93L;
    int mask = values.length - 1;
    int place = (int) (hash >>> 64 - bits);
    while (values[place] != 0 && (keys[2 * place] != first || keys[2 * place + 1] != second)) {
      place = place + 1 & mask;
    }
    return place;
  }
}
