package io.nanomq.persistence.journal;

import io.nanomq.journal.ImageInput;
import io.nanomq.journal.ImageOutput;
import io.nanomq.persistence.journal.table.RowBlock;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Rows of numbers in the order of their keys, which mostly grow: in blocks, so that memory is taken
 * and given back in small parts. A cursor stands at the row that was found last. Used by one thread
 * at a time.
 */
final class Rows {
  private static final int FIRST_ROWS = 4;

  // Where the columns of a row stand, behind its key.
  private static final int SEGMENT = 1;
  private static final int FRAME = 2;
  private static final int BYTES = 3;
  private static final int VALUE = 4;
  private static final int NUMBER = 5;
  private static final int WIDTH = 5;
  private static final int WIDTH_WITH_NUMBER = 7;

  /** What a message of a queue takes at least. */
  static final int ROW_BYTES = WIDTH_WITH_NUMBER * Integer.BYTES;

  private final int width;
  private final IndexMemory tally;
  private @Nullable RowBlock[] blocks = {};
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
    return block(at).key(row);
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
    tally.counts.move(cell(SEGMENT), segment);
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
    return block(at).cell(row, column);
  }

  private void set(int column, int value) {
    block(at).set(row, column, value);
  }

  private RowBlock block(int index) {
    RowBlock block = blocks[index];
    if (block == null) {
      throw new IllegalStateException("there is no row");
    }
    return block;
  }

  // ---- moving the cursor

  /** Goes to the first row; false = there is none. */
  boolean first() {
    at = first;
    row = size == 0 ? 0 : block(first).from();
    return size > 0;
  }

  /** Goes to the row after that; false = there is none. */
  boolean next() {
    row++;
    if (row >= block(at).to()) {
      if (at + 1 >= end) {
        return false;
      }
      at++;
      row = block(at).from();
    }
    return true;
  }

  /** Goes to the row of that key; false = there is none. */
  boolean find(long key) {
    return isNear(key) || ceiling(key) && key() == key;
  }

  /** Most often it is the row at the cursor or the one behind it. */
  private boolean isNear(long key) {
    RowBlock block = at < end ? blocks[at] : null;
    if (block == null || block.isAt(row, key)) {
      return block != null;
    }
    boolean isNext = block.isAt(row + 1, key);
    row += isNext ? 1 : 0;
    return isNext;
  }

  /** Goes to the first row of that key or a higher one; false = there is none. */
  boolean ceiling(long key) {
    if (size == 0) {
      return false;
    }
    at = blockOf(key);
    row = block(at).rowOf(key);
    if (row < block(at).to()) {
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
    return index < end && block(index).firstKey() <= key;
  }

  // ---- changing rows

  /**
   * Goes to the row of that key, which is made, all zero, where there is none.
   *
   * @return whether it was made
   */
  boolean put(long key) {
    if (isNear(key)) {
      return false;
    }
    if (size == 0) {
      insertBlock(end, key, FIRST_ROWS);
    } else if (isBehind(key)) {
      append(key);
    } else if (find(key)) {
      return false;
    } else {
      insert(key);
    }
    size++;
    return true;
  }

  /** Whether a key is above all others. */
  private boolean isBehind(long key) {
    return block(end - 1).lastKey() < key;
  }

  private void append(long key) {
    at = end - 1;
    RowBlock last = block(at);
    if (last.hasRoom(key)) {
      insert(last, last.to(), key);
    } else {
      insertBlock(end, key, RowBlock.ROWS);
    }
  }

  private void insert(long key) {
    at = blockOf(key);
    RowBlock block = block(at);
    int place = block.rowOf(key);
    if (block.hasRoom(key)) {
      insert(block, place, key);
    } else if (place == block.to()) {
      insertBlock(at + 1, key, at + 1 == end ? RowBlock.ROWS : FIRST_ROWS);
    } else if (place == block.from()) {
      insertBlock(at, key, FIRST_ROWS);
    } else {
      // In the middle, if more of them are to come in between; the base may be too far off as well.
      boolean isFull = block.size() == RowBlock.ROWS;
      insertBlock(at + 1, block.split(isFull ? block.from() + RowBlock.ROWS / 2 : place));
      insert(key);
    }
  }

  private void insert(RowBlock block, int place, long key) {
    long before = block.bytes();
    row = block.insert(place, key);
    tally(block.bytes() - before);
  }

  private void tally(long more) {
    if (more != 0) {
      tally.add(more);
    }
  }

  /** Puts a block of one row at a place among the others. */
  private void insertBlock(int index, long key, int rows) {
    RowBlock block = new RowBlock(key, width, rows);
    block.insert(0, key);
    insertBlock(index, block);
    row = 0;
  }

  private void insertBlock(int index, RowBlock block) {
    int place = index;
    if (end == blocks.length) {
      place -= first;
      makeRoomForBlock();
    }
    System.arraycopy(blocks, place, blocks, place + 1, end - place);
    blocks[place] = block;
    end++;
    at = place;
    tally.add(block.bytes());
  }

  private void makeRoomForBlock() {
    int count = end - first;
    @Nullable RowBlock[] more = count < end / 2 ? blocks : new RowBlock[Math.max(2, count * 2)];
    System.arraycopy(blocks, first, more, 0, count);
    if (more == blocks) {
      Arrays.fill(more, count, end, null);
    }
    blocks = more;
    end = count;
    first = 0;
  }

  /** Takes out the row at the cursor, which then stands nowhere. */
  void remove() {
    RowBlock block = block(at);
    uncount(block, row);
    size--;
    remove(block, row, 1);
  }

  /**
   * Takes out the row at the cursor and those behind it, as far as their keys are below that one.
   *
   * @param going is told of each that goes, while the cursor stands there
   */
  void removeBelow(long key, Consumer<Rows> going) {
    boolean goesOn = true;
    while (goesOn && at < end) {
      RowBlock block = block(at);
      int start = row;
      for (; row < block.to() && block.key(row) < key; row++) {
        going.accept(this);
        uncount(block, row);
      }
      goesOn = row == block.to();
      size -= row - start;
      remove(block, start, row - start);
      at = Math.max(first, block.size() == 0 ? at : at + 1);
      row = at < end ? block(at).from() : 0;
    }
  }

  private void remove(RowBlock block, int start, int count) {
    long before = block.bytes();
    block.remove(start, count);
    if (block.size() == 0) {
      removeBlock(before);
    } else {
      block.shrink();
      tally(block.bytes() - before);
    }
  }

  private void removeBlock(long bytes) {
    tally.add(-bytes);
    if (at == first) {
      blocks[first++] = null;
    } else {
      System.arraycopy(blocks, at + 1, blocks, at, end - at - 1);
      blocks[--end] = null;
    }
    if (first == end) {
      first = 0;
      end = 0;
      blocks = new RowBlock[0];
    }
  }

  private void uncount(RowBlock block, int of) {
    int segment = block.cell(of, SEGMENT);
    if (segment != 0) {
      tally.counts.remove(segment);
    }
  }

  /** Writes them into an image. */
  void write(ImageOutput to) throws IOException {
    to.writeInt(end - first);
    for (int i = first; i < end; i++) {
      block(i).write(to);
    }
  }

  /** Reads them in place of none. Where they stand was counted before. */
  void read(ImageInput from) throws IOException {
    end = from.readInt();
    blocks = new RowBlock[end];
    for (int i = 0; i < end; i++) {
      RowBlock block = RowBlock.read(from, width, i + 1 == end ? FIRST_ROWS : 1);
      blocks[i] = block;
      size += block.size();
      tally.add(block.bytes());
    }
  }

  /** Takes out all of them. */
  void clear() {
    for (int i = first; i < end; i++) {
      RowBlock block = block(i);
      for (int of = block.from(); of < block.to(); of++) {
        uncount(block, of);
      }
      tally.add(-block.bytes());
    }
    blocks = new RowBlock[0];
    first = 0;
    end = 0;
    size = 0;
  }
}
