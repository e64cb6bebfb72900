package io.nanomq.persistence.journal.topic;

import io.nanomq.journal.ImageInput;
import io.nanomq.journal.ImageOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * What is known of topics, by their hashes: 40 bytes and up to 8 for each. A row keeps its number
 * until it is removed. Used by one thread at a time, but for {@link #bytes}.
 */
public final class TopicTable {
  private static final int CHUNK_BITS = 10;
  private static final int CHUNK_ROWS = 1 << CHUNK_BITS;

  // Where the columns of a row stand; the last two have two numbers each.
  private static final int HASH = 0;
  private static final int OTHER_HASH = 1;
  private static final int VERSION = 2;
  private static final int PLACE = 3;
  private static final int OLDER_AND_FLAGS = 4;
  private static final int WIDTH = 5;

  /** Among the flags: the row is free. */
  private static final int FREE = 1 << 30;

  private static final int FIRST_SLOTS = 64;

  // Rows plus one by their hashes, each at the first free place from its own one on; 0 = free.
  private int[] slots = new int[FIRST_SLOTS];
  private long[][] chunks = new long[4][];
  private int end;
  private int size;
  // The row that was freed last, whose hash is the one before; -1 = none.
  private int free = -1;
  private volatile long bytes;

  /** Rows have numbers below that one. */
  public int end() {
    return end;
  }

  public int size() {
    return size;
  }

  /** What it takes, in bytes. */
  public long bytes() {
    return bytes;
  }

  private long cell(int row, int column) {
    return chunks[row >>> CHUNK_BITS][(row & CHUNK_ROWS - 1) * WIDTH + column];
  }

  private void cell(int row, int column, long value) {
    chunks[row >>> CHUNK_BITS][(row & CHUNK_ROWS - 1) * WIDTH + column] = value;
  }

  // ---- rows

  public long version(int row) {
    return cell(row, VERSION);
  }

  public void version(int row, long version) {
    cell(row, VERSION, version);
  }

  /** The segment of its record. */
  public int segment(int row) {
    return (int) (cell(row, PLACE) >>> 32);
  }

  /** The length of its record. */
  public int recordBytes(int row) {
    return (int) cell(row, PLACE);
  }

  public void place(int row, int segment, int recordBytes) {
    cell(row, PLACE, (long) segment << 32 | recordBytes);
  }

  /** The last segment that has a record of an earlier version behind this one; 0 = none. */
  public int olderSegment(int row) {
    return (int) (cell(row, OLDER_AND_FLAGS) >>> 32);
  }

  public void olderSegment(int row, int segment) {
    cell(row, OLDER_AND_FLAGS, (long) segment << 32 | cell(row, OLDER_AND_FLAGS) & 0xffff_ffffL);
  }

  public boolean is(int row, int flag) {
    return (cell(row, OLDER_AND_FLAGS) & flag) != 0;
  }

  public void flag(int row, int flag, boolean is) {
    long flags = cell(row, OLDER_AND_FLAGS);
    cell(row, OLDER_AND_FLAGS, is ? flags | flag : flags & ~(long) flag);
  }

  // ---- in an image of the journal

  /** Writes all rows. */
  public void write(ImageOutput to) throws IOException {
    to.writeInt(end);
    to.writeInt(size);
    to.writeInt(free);
    to.writeInt(slots.length);
    to.writeInts(slots, 0, slots.length);
    for (int row = 0; row < end; row += CHUNK_ROWS) {
      to.writeLongs(chunks[row >>> CHUNK_BITS], Math.min(CHUNK_ROWS, end - row) * WIDTH);
    }
  }

  /** Reads them in place of none. */
  public void read(ImageInput from) throws IOException {
    end = from.readInt();
    size = from.readInt();
    free = from.readInt();
    slots = new int[from.readInt()];
    from.readInts(slots, slots.length);
    for (int row = 0; row < end; row += CHUNK_ROWS) {
      addChunk(row >>> CHUNK_BITS);
      from.readLongs(chunks[row >>> CHUNK_BITS], Math.min(CHUNK_ROWS, end - row) * WIDTH);
    }
  }

  // ---- finding them

  /** The row of a topic; below 0 = there is none. */
  public int find(long hash, long other) {
    return slots[slot(hash, other)] - 1;
  }

  /** The row of a topic, which is made, of version -1 and else all zero, where there is none. */
  public int findOrAdd(long hash, long other) {
    int slot = slot(hash, other);
    if (slots[slot] != 0) {
      return slots[slot] - 1;
    }
    if (size >= slots.length / 2) {
      grow();
      slot = slot(hash, other);
    }
    int row = take();
    slots[slot] = row + 1;
    size++;
    cell(row, HASH, hash);
    cell(row, OTHER_HASH, other);
    cell(row, VERSION, -1);
    cell(row, PLACE, 0);
    cell(row, OLDER_AND_FLAGS, 0);
    return row;
  }

  private int take() {
    int row = free;
    if (row >= 0) {
      free = (int) cell(row, HASH);
      return row;
    }
    row = end++;
    if ((row & CHUNK_ROWS - 1) == 0) {
      addChunk(row >>> CHUNK_BITS);
    }
    return row;
  }

  private void addChunk(int chunk) {
    if (chunk == chunks.length) {
      chunks = Arrays.copyOf(chunks, 2 * chunk);
    }
    chunks[chunk] = new long[CHUNK_ROWS * WIDTH];
    measure();
  }

  /** Where the row of a topic stands, or would. */
  private int slot(long hash, long other) {
    int mask = slots.length - 1;
    int slot = home(hash);
    for (int row = slots[slot] - 1; row >= 0; row = slots[slot] - 1) {
      if (cell(row, HASH) == hash && cell(row, OTHER_HASH) == other) {
        return slot;
      }
      slot = slot + 1 & mask;
    }
    return slot;
  }

  /** Topics that end alike have hashes next to each other, which would make long rows of places. */
  private int home(long hash) {
    return (int) (hash * 0x9e37_79b9_7f4a_7c15L >>> 32) & slots.length - 1;
  }

  private void grow() {
    slots = new int[2 * slots.length];
    int mask = slots.length - 1;
    for (int row = 0; row < end; row++) {
      if (!is(row, FREE)) {
        int slot = home(cell(row, HASH));
        while (slots[slot] != 0) {
          slot = slot + 1 & mask;
        }
        slots[slot] = row + 1;
      }
    }
    measure();
  }

  private void measure() {
    long rows = (long) (end + CHUNK_ROWS - 1 >>> CHUNK_BITS) * CHUNK_ROWS;
    bytes = rows * WIDTH * Long.BYTES + (long) slots.length * Integer.BYTES;
  }

  public void remove(int row) {
    int mask = slots.length - 1;
    int gap = slot(cell(row, HASH), cell(row, OTHER_HASH));
    slots[gap] = 0;
    for (int at = gap + 1 & mask; slots[at] != 0; at = at + 1 & mask) {
      int home = home(cell(slots[at] - 1, HASH));
      if ((at - home & mask) >= (at - gap & mask)) {
        slots[gap] = slots[at];
        slots[at] = 0;
        gap = at;
      }
    }
    size--;
    cell(row, HASH, free);
    cell(row, OLDER_AND_FLAGS, FREE);
    free = row;
  }
}
