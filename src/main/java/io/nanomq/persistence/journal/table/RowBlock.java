package io.nanomq.persistence.journal.table;

import io.nanomq.journal.ImageInput;
import io.nanomq.journal.ImageOutput;
import java.io.IOException;

/**
 * Some rows of numbers in the order of their keys, which stand in the first column, relative to a
 * base. Rows most often come behind the last one, and go from the front. Used by one thread at a
 * time.
 */
public final class RowBlock {
  /** Rows at most. */
  public static final int ROWS = 128;

  /** The objects, and the place among other blocks. */
  private static final int OBJECT_BYTES = 64;

  private static final int KEY = 0;

  private final long base;
  private final int width;
  private int[] cells;
  private int from;
  private int to;

  /**
   * @param width numbers of a row
   * @param rows that there is room for at first
   */
  public RowBlock(long base, int width, int rows) {
    this.base = base;
    this.width = width;
    this.cells = new int[rows * width];
  }

  /** Reads one that {@link #write} has written, with room for so many rows at least. */
  public static RowBlock read(ImageInput from, int width, int rows) throws IOException {
    long base = from.readLong();
    int size = from.readInt();
    RowBlock block = new RowBlock(base, width, Math.max(rows, size));
    from.readInts(block.cells, size * width);
    block.to = size;
    return block;
  }

  /** Writes it into an image. */
  public void write(ImageOutput out) throws IOException {
    out.writeLong(base);
    out.writeInt(size());
    out.writeInts(cells, from * width, size() * width);
  }

  /** Number of the first row. */
  public int from() {
    return from;
  }

  /** Number of the last row, and one. */
  public int to() {
    return to;
  }

  public int size() {
    return to - from;
  }

  /** What it takes. */
  public long bytes() {
    return OBJECT_BYTES + cells.length * (long) Integer.BYTES;
  }

  public long key(int row) {
    return base + cells[row * width + KEY];
  }

  public long firstKey() {
    return key(from);
  }

  public long lastKey() {
    return key(to - 1);
  }

  public int cell(int row, int column) {
    return cells[row * width + column];
  }

  public void set(int row, int column, int value) {
    cells[row * width + column] = value;
  }

  /** Whether a row of that number has that key. */
  public boolean isAt(int row, long key) {
    return row >= from && row < to && key(row) == key;
  }

  /** The first row of that key or above; {@link #to} where there is none. */
  public int rowOf(long key) {
    long relative = key - base;
    if (size() == 0 || relative <= cells[from * width + KEY]) {
      return from;
    }
    int last = cells[(to - 1) * width + KEY];
    if (relative >= last) {
      return relative == last ? to - 1 : to;
    }
    int likely = likely(relative);
    return cells[likely * width + KEY] == relative ? likely : search(relative);
  }

  /** Where a key between the first one and the last stands if they are evenly apart, as mostly. */
  private int likely(long relative) {
    long first = cells[from * width + KEY];
    long all = cells[(to - 1) * width + KEY] - first;
    return from + (int) ((relative - first) * (size() - 1) / all);
  }

  private int search(long relative) {
    int low = from;
    int high = to;
    while (low < high) {
      int middle = low + high >>> 1;
      if (cells[middle * width + KEY] < relative) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Whether a row of that key may be put in. */
  public boolean hasRoom(long key) {
    long relative = key - base;
    return relative == (int) relative && size() < ROWS;
  }

  /**
   * Puts in a row, all zero but for its key.
   *
   * @param place the row that it comes ahead of
   * @return its number
   */
  public int insert(int place, long key) {
    int row = makeRoom(place);
    int at = row * width;
    if (row < to) {
      System.arraycopy(cells, at, cells, at + width, (to - row) * width);
    }
    to++;
    for (int column = 0; column < width; column++) {
      cells[at + column] = 0;
    }
    cells[at + KEY] = (int) (key - base);
    return row;
  }

  /** Leaves a row free behind the last one. */
  private int makeRoom(int place) {
    if (to * width < cells.length) {
      return place;
    }
    int rows = size();
    int start = from;
    if (rows == cells.length / width) {
      resize(Math.min(ROWS, rows * 2));
    } else {
      System.arraycopy(cells, from * width, cells, 0, rows * width);
      from = 0;
      to = rows;
    }
    return place - start;
  }

  private void resize(int rows) {
    int[] other = new int[rows * width];
    int size = size();
    System.arraycopy(cells, from * width, other, 0, size * width);
    cells = other;
    from = 0;
    to = size;
  }

  /** Takes out some rows: the ones ahead of them or behind them move, whichever are fewer. */
  public void remove(int row, int count) {
    int ahead = row - from;
    int behind = to - row - count;
    if (ahead <= behind) {
      if (ahead > 0) {
        int start = from * width;
        System.arraycopy(cells, start, cells, start + count * width, ahead * width);
      }
      from += count;
    } else {
      System.arraycopy(cells, (row + count) * width, cells, row * width, behind * width);
      to -= count;
    }
  }

  /** Gives back what it does not need. */
  public void shrink() {
    if (size() <= cells.length / width / 8) {
      resize(size() * 2);
    }
  }

  /** What stands at that row and behind it goes to a block of its own. */
  public RowBlock split(int place) {
    RowBlock behind = new RowBlock(base, width, ROWS);
    behind.to = to - place;
    System.arraycopy(cells, place * width, behind.cells, 0, behind.to * width);
    to = place;
    return behind;
  }
}
