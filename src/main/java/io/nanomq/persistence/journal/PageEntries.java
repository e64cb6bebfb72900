package io.nanomq.persistence.journal;

import io.nanomq.persistence.MessagePage;
import java.util.Arrays;

/** Where some messages of a session stand: made by the thread that knows it, read by another. */
final class PageEntries {
  private static final int FIRST = 16;

  final long session;
  long[] sequences = new long[FIRST];
  long[] numbers = new long[FIRST];
  int[] deliveries = new int[FIRST];
  // Segment and frame, of the record that queues it and of the message; segment 0 = there is none.
  long[] segments = new long[2 * FIRST];
  int[] frames = new int[2 * FIRST];
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
    sequences = Arrays.copyOf(sequences, 2 * size);
    numbers = Arrays.copyOf(numbers, 2 * size);
    deliveries = Arrays.copyOf(deliveries, 2 * size);
    segments = Arrays.copyOf(segments, 4 * size);
    frames = Arrays.copyOf(frames, 4 * size);
  }
}
