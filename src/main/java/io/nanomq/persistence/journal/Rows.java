package io.nanomq.persistence.journal;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Rows of numbers in the order of their keys, which mostly grow: in blocks, so that memory is taken
 * and given back in small parts. A cursor stands at the row that was found last. Used by one thread
 * at a time.
 */
final class Rows {
  /** Rows of a block at most. */
  static final int BLOCK_ROWS = 128;

  private static final int FIRST_ROWS = 4;

  /** The objects of a block and its place among the others. */
  private static final int BLOCK_BYTES = 56;

  // Where the columns of a row stand.
  private static final int KEY = 0;
  private static final int SEGMENT = 1;
  private static final int FRAME = 2;
  private static final int BYTES = 3;
  private static final int VALUE = 4;
  private static final int NUMBER = 5;
  private static final int WIDTH = 5;
  private static final int WIDTH_WITH_NUMBER = 7;

  /** What a message of a queue takes at least. */
  static final int ROW_BYTES = WIDTH_WITH_NUMBER * Integer.BYTES;

  /** Some rows, keys relative to a base. */
  private static final class Block {
    long base;
    int[] cells;
    int from;
    int to;

    Block(long base, int[] cells) {
      this.base = base;
      this.cells = cells;
    }

    int size() {
      return to - from;
    }
  }

  private final int width;
  private final IndexMemory tally;
  private @Nullable Block[] blocks = {};
  private int first;
  private int end;
  private int size;
  // the cursor
  private int at;
  private int row;

  /**
   * @param withNumber whether a row has a {@link #number()}
   */
  Rows(boolean withNumber, IndexMemory tally) {
    this.width = withNumber ? WIDTH_WITH_NUMBER : WIDTH;
    this.tally = tally;
  }

  int size() {
    return size;
  }

  // ---- the row at the cursor

  long key() {
    return key(block(at), row);
  }

  /** Number of the segment that it stands in, up to 2^31. */
  long segment() {
    return cell(SEGMENT);
  }

  /** Where in the segment its frame begins, in bytes. */
  int frame() {
    return cell(FRAME);
  }

  void place(long segment, int frame) {
    set(SEGMENT, Math.toIntExact(segment));
    set(FRAME, frame);
  }

  int bytes() {
    return cell(BYTES);
  }

  void bytes(int bytes) {
    set(BYTES, bytes);
  }

  int value() {
    return cell(VALUE);
  }

  void value(int value) {
    set(VALUE, value);
  }

  long number() {
    return (long) cell(NUMBER) << 32 | cell(NUMBER + 1) & 0xffff_ffffL;
  }

  void number(long number) {
    set(NUMBER, (int) (number >>> 32));
    set(NUMBER + 1, (int) number);
  }

  private int cell(int column) {
    return block(at).cells[row * width + column];
  }

  private void set(int column, int value) {
    block(at).cells[row * width + column] = value;
  }

  private Block block(int index) {
    Block block = blocks[index];
    if (block == null) {
      throw new IllegalStateException("there is no row");
    }
    return block;
  }

  private long key(Block block, int of) {
    return block.base + block.cells[of * width + KEY];
  }

  // ---- moving the cursor

  /** Goes to the first row; false = there is none. */
  boolean first() {
    at = first;
    row = size == 0 ? 0 : block(first).from;
    return size > 0;
  }

  /** Goes to the row after that; false = there is none. */
  boolean next() {
    row++;
    if (row >= block(at).to) {
      if (at + 1 >= end) {
        return false;
      }
      at++;
      row = block(at).from;
    }
    return true;
  }

  /** Goes to the row of that key; false = there is none. */
  boolean find(long key) {
    return ceiling(key) && key() == key;
  }

  /** Goes to the first row of that key or a higher one; false = there is none. */
  boolean ceiling(long key) {
    if (size == 0) {
      return false;
    }
    at = blockOf(key);
    row = rowOf(block(at), key);
    if (row < block(at).to) {
      return true;
    }
    row--;
    return next();
  }

  /** The last block that begins with that key or below; the first one where none does. */
  private int blockOf(long key) {
    if (begins(end - 1, key)) {
      return end - 1;
    }
    if (!begins(first + 1, key)) {
      return first;
    }
    // Most often the one that was looked for last, or the one behind it.
    if (at >= first && begins(at, key) && !begins(at + 2, key)) {
      return begins(at + 1, key) ? at + 1 : at;
    }
    int low = first + 1;
    int high = end - 1;
    while (high - low > 1) {
      int middle = low + high >>> 1;
      if (begins(middle, key)) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private boolean begins(int index, long key) {
    return index < end && key(block(index), block(index).from) <= key;
  }

  /** The first row of a block of that key or above; its end where there is none. */
  private int rowOf(Block block, long key) {
    int low = block.from;
    int high = block.to;
    while (low < high) {
      int middle = low + high >>> 1;
      if (key(block, middle) < key) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  // ---- changing rows

  /**
   * Goes to the row of that key, which is made, all zero, where there is none.
   *
   * @return whether it was made
   */
  boolean put(long key) {
    if (size > 0 && find(key)) {
      return false;
    }
    if (size == 0) {
      insertBlock(end, key, FIRST_ROWS);
    } else {
      insert(key);
    }
    size++;
    return true;
  }

  private static boolean hasRoom(Block block, long key) {
    long relative = key - block.base;
    return relative == (int) relative && block.size() < BLOCK_ROWS;
  }

  private void insert(long key) {
    at = blockOf(key);
    Block block = block(at);
    int place = rowOf(block, key);
    if (hasRoom(block, key)) {
      insert(block, place, (int) (key - block.base));
    } else if (place == block.to) {
      insertBlock(at + 1, key, at + 1 == end ? BLOCK_ROWS : FIRST_ROWS);
    } else if (place == block.from) {
      insertBlock(at, key, FIRST_ROWS);
    } else {
      // In the middle, if more of them are to come in between; the base may be too far off as well.
      boolean isFull = block.size() == BLOCK_ROWS;
      split(block, isFull ? block.from + BLOCK_ROWS / 2 : place);
      insert(key);
    }
  }

  private void insert(Block block, int place, int relative) {
    int position = makeRoom(block, place);
    int to = block.to - position;
    System.arraycopy(
        block.cells, position * width, block.cells, (position + 1) * width, to * width);
    block.to++;
    row = position;
    Arrays.fill(block.cells, row * width, (row + 1) * width, 0);
    block.cells[row * width + KEY] = relative;
  }

  /** Leaves a row free behind the last one. */
  private int makeRoom(Block block, int place) {
    if (block.to * width < block.cells.length) {
      return place;
    }
    int from = block.from;
    int rows = block.size();
    int[] cells = block.cells;
    if (rows == cells.length / width) {
      resize(block, Math.min(BLOCK_ROWS, rows * 2));
    } else {
      System.arraycopy(cells, from * width, cells, 0, rows * width);
      block.from = 0;
      block.to = rows;
    }
    return place - from;
  }

  /** Gives a block an array of so many rows. */
  private void resize(Block block, int rows) {
    int[] cells = new int[rows * width];
    tally.add((cells.length - block.cells.length) * (long) Integer.BYTES);
    System.arraycopy(block.cells, block.from * width, cells, 0, block.size() * width);
    block.to = block.size();
    block.from = 0;
    block.cells = cells;
  }

  /** Puts a block of one row at a place among the others. */
  private void insertBlock(int index, long key, int rows) {
    Block block = new Block(key, new int[rows * width]);
    block.to = 1;
    insertBlock(index, block);
    row = 0;
  }

  private void insertBlock(int index, Block block) {
    int place = index;
    if (end == blocks.length) {
      place -= first;
      makeRoomForBlock();
    }
    System.arraycopy(blocks, place, blocks, place + 1, end - place);
    blocks[place] = block;
    end++;
    at = place;
    tally.add(BLOCK_BYTES + block.cells.length * (long) Integer.BYTES);
  }

  private void makeRoomForBlock() {
    int count = end - first;
    @Nullable Block[] more = count < end / 2 ? blocks : new Block[Math.max(2, count * 2)];
    System.arraycopy(blocks, first, more, 0, count);
    if (more == blocks) {
      Arrays.fill(more, count, end, null);
    }
    blocks = more;
    end = count;
    first = 0;
  }

  /** What stands at that row and behind it goes to a block of its own. */
  private void split(Block block, int place) {
    Block behind = new Block(block.base, new int[BLOCK_ROWS * width]);
    int count = block.to - place;
    System.arraycopy(block.cells, place * width, behind.cells, 0, count * width);
    behind.to = count;
    block.to = place;
    insertBlock(at + 1, behind);
  }

  /** Takes out the row at the cursor, which then stands nowhere. */
  void remove() {
    Block block = block(at);
    size--;
    removeRow(block);
    if (block.size() == 0) {
      removeBlock(block);
    } else if (block.size() <= block.cells.length / width / 4) {
      resize(block, block.size() * 2);
    }
  }

  private void removeRow(Block block) {
    if (row == block.from) {
      block.from++;
      return;
    }
    int[] cells = block.cells;
    int behind = block.to - row - 1;
    System.arraycopy(cells, (row + 1) * width, cells, row * width, behind * width);
    block.to--;
  }

  private void removeBlock(Block block) {
    tally.add(-BLOCK_BYTES - block.cells.length * (long) Integer.BYTES);
    if (at == first) {
      blocks[first++] = null;
    } else {
      System.arraycopy(blocks, at + 1, blocks, at, end - at - 1);
      blocks[--end] = null;
    }
    if (first == end) {
      first = 0;
      end = 0;
      blocks = new Block[0];
    }
  }

  /** Takes out all of them. */
  void clear() {
    for (int i = first; i < end; i++) {
      tally.add(-BLOCK_BYTES - block(i).cells.length * (long) Integer.BYTES);
    }
    blocks = new Block[0];
    first = 0;
    end = 0;
    size = 0;
  }
}
