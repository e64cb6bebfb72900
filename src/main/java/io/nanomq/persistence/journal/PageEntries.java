package io.nanomq.persistence.journal;

import io.nanomq.persistence.MessagePage;
import java.util.Arrays;

/** Where some messages of a session stand: made by the thread that knows it, read by another. */
final class PageEntries {
  private static final int FIRST = 16;

  /** Places of more messages are not kept for the next page: 0.7 MB. */
  private static final int MOST_KEPT = 16 * 1024;

  private static final long[] NO_LONGS = {};
  private static final int[] NO_INTS = {};

  final long session;
  long[] sequences = NO_LONGS;
  long[] numbers = NO_LONGS;
  int[] deliveries = NO_INTS;
  // Segment and frame, of the record that queues it and of the message; segment 0 = there is none.
  long[] segments = NO_LONGS;
  int[] frames = NO_INTS;
  int size;
  boolean isLast;
  private int times;
  private long bytes;

  /**
   * @param times so many times as large as usual it may be
   */
  PageEntries(long session, int times) {
    this.session = session;
    this.times = times;
  }

  /** About what the messages take. */
  long bytes() {
    return bytes;
  }

  /** It is no larger than usual. */
  void isUsual() {
    times = 1;
  }

  /** Whether one more belongs to the page. */
  boolean hasRoom() {
    return size < MessagePage.MOST_MESSAGES * times
        && bytes < (long) MessagePage.MOST_BYTES * times;
  }

  /** Whether the message of one stands somewhere, or is needed no more. */
  boolean isThere(int i) {
    return StoredDelivery.flags(deliveries[i]) != 0 || segments[2 * i + 1] != 0;
  }

  /** Adds what the row at the cursor says. */
  void add(Rows row, StoredMessages messages) {
    if (size == sequences.length) {
      grow();
    }
    sequences[size] = row.key();
    numbers[size] = row.number();
    deliveries[size] = row.value();
    segments[2 * size] = row.segment();
    frames[2 * size] = row.frame();
    boolean isTaken = StoredDelivery.is(row.value(), StoredDelivery.TAKEN);
    boolean isApart = !isTaken && row.number() != 0 && messages.find(row.number());
    segments[2 * size + 1] = isApart ? messages.rows().segment() : 0;
    frames[2 * size + 1] = isApart ? messages.rows().frame() : 0;
    bytes += isApart ? messages.rows().bytes() : row.bytes();
    size++;
  }

  private void grow() {
    int places = Math.max(FIRST, 2 * size);
    sequences = Arrays.copyOf(sequences, places);
    numbers = Arrays.copyOf(numbers, places);
    deliveries = Arrays.copyOf(deliveries, places);
    segments = Arrays.copyOf(segments, 2 * places);
    frames = Arrays.copyOf(frames, 2 * places);
  }

  /**
   * An empty one takes the arrays of one that is read: where much waits they are most of what a
   * page allocates on the journal's thread.
   */
  void reuse(PageEntries read) {
    if (read.sequences.length <= MOST_KEPT) {
      sequences = read.sequences;
      numbers = read.numbers;
      deliveries = read.deliveries;
      segments = read.segments;
      frames = read.frames;
    }
    read.letGo();
  }

  private void letGo() {
    sequences = NO_LONGS;
    numbers = NO_LONGS;
    deliveries = NO_INTS;
    segments = NO_LONGS;
    frames = NO_INTS;
  }
}
