package io.nanomq.persistence.journal.table;

import io.nanomq.journal.ImageInput;
import io.nanomq.journal.ImageOutput;
import java.io.IOException;

/**
 * How many records each segment has that are needed: one that has none need not be read before it
 * goes. It may be told of too many, and then is read in vain, but never of too few. Used by one
 * thread at a time.
 */
public final class SegmentCounts {
  private static final int FIRST = 8;

  // Of the segments from the first one on.
  private int[] counts = new int[FIRST];
  private long first;

  /** One more stands there. */
  public void add(long segment) {
    int at = place(segment);
    counts[at]++;
  }

  /** One that stands there is needed no more. */
  public void remove(long segment) {
    if (segment >= first) {
      int at = place(segment);
      counts[at]--;
    }
  }

  /**
   * One that stood in a segment stands in another one.
   *
   * @param from 0 = it stood in none
   */
  public void move(long from, long to) {
    if (from != to) {
      if (from != 0) {
        remove(from);
      }
      add(to);
    }
  }

  /** How many that are needed stand there, or fewer do. */
  public int get(long segment) {
    int at = place(segment);
    return counts[at];
  }

  /** Whether none that is needed stands there. */
  public boolean isEmpty(long segment) {
    return get(segment) == 0;
  }

  /** That one and those before it are gone. */
  public void forgetTo(long segment) {
    int gone = (int) Math.min(counts.length, segment + 1 - first);
    if (gone > 0) {
      shift(first + gone, counts.length);
    }
  }

  /** Writes them into an image. */
  public void write(ImageOutput to) throws IOException {
    to.writeLong(first);
    to.writeInt(counts.length);
    to.writeInts(counts, 0, counts.length);
  }

  /** Reads them in place of those that there are. */
  public void read(ImageInput from) throws IOException {
    first = from.readLong();
    counts = new int[from.readInt()];
    from.readInts(counts, counts.length);
  }

  private int place(long segment) {
    long place = segment - first;
    if (place < 0 || place >= counts.length) {
      makeRoom(segment);
    }
    return (int) (segment - first);
  }

  private void makeRoom(long segment) {
    int used = counts.length;
    while (used > 0 && counts[used - 1] == 0) {
      used--;
    }
    int empty = 0;
    while (empty < used && counts[empty] == 0) {
      empty++;
    }
    long from = used == 0 ? segment : Math.min(segment, first + empty);
    long end = Math.max(segment + 1, first + used);
    shift(from, Math.max(FIRST, Math.toIntExact(end - from) * 2));
  }

  /** Lets the counts begin with that segment, as many of them as there are places. */
  private void shift(long from, int places) {
    int[] before = counts;
    int[] after = new int[places];
    for (int i = 0; i < before.length; i++) {
      long place = first + i - from;
      if (place >= 0 && place < places) {
        after[(int) place] = before[i];
      }
    }
    counts = after;
    first = from;
  }
}
