package io.nanomq.persistence.journal.held;

import io.nanomq.journal.RecordBuffer;
import io.nanomq.loop.LoopConfined;
import io.nanomq.persistence.journal.table.PairTable;
import java.util.Arrays;

/**
 * The records that a loop has told and the journal does not have yet. While the disk is busy with
 * what came before, most subscribers acknowledge what they were sent: of a message that this loop
 * has handed over and whose deliveries are all settled nothing is written. Nobody would look for
 * it.
 *
 * <p>A message is left out with all its records or not at all, and none that is written mentions
 * it: after a crash its number and the sequences of its deliveries may be given again.
 */
@LoopConfined
public final class HeldRecords {
  /** It is written, whoever settles it. */
  private static final int NEVER = 1 << 30;

  private static final int BUFFER_BYTES = 4096;
  private static final int MOST_BUFFER_BYTES = 1 << 20;

  private RecordBuffer buffer = new RecordBuffer(BUFFER_BYTES);
  // Where each record begins, and the place of its message from 1; 0 = it is of none.
  private int[] starts = new int[256];
  private int[] owners = new int[256];
  private int records;
  // The messages, in the order of their numbers.
  private long[] numbers = new long[64];
  // Deliveries that are not settled.
  private int[] open = new int[64];
  private int messages;
  // By session and sequence, the place of the message; negative = it is settled.
  private final PairTable deliveries = new PairTable();
  // About what is handed over at once, in bytes.
  private int usual = BUFFER_BYTES;

  public boolean isEmpty() {
    return records == 0;
  }

  /** Bytes of all records, needless ones too. */
  public int length() {
    return buffer.length();
  }

  /**
   * Begins a record.
   *
   * @param owner place of the message that it is of, as given by this class; 0 = of none
   */
  public RecordBuffer begin(int owner) {
    if (records == starts.length) {
      starts = Arrays.copyOf(starts, records * 2);
      owners = Arrays.copyOf(owners, records * 2);
    }
    starts[records] = buffer.length();
    owners[records++] = owner;
    return buffer;
  }

  /**
   * A message is published.
   *
   * @param isOwn whether it goes to sessions of this loop only
   * @return its place
   */
  public int message(long number, boolean isOwn) {
    if (messages == numbers.length) {
      numbers = Arrays.copyOf(numbers, messages * 2);
      open = Arrays.copyOf(open, messages * 2);
    }
    numbers[messages] = number;
    open[messages] = isOwn ? 0 : NEVER;
    return ++messages;
  }

  /** A delivery of a message begins: its place, 0 = that is not held. */
  public int queued(long session, long sequence, long number) {
    int place = place(number);
    if (place > 0) {
      open[place - 1]++;
      if (deliveries.put(session, sequence, place) != 0) {
        // A sequence is given once: nothing is left out of what is not understood.
        open[place - 1] = NEVER;
      }
    }
    return place;
  }

  /** Place of the message of a delivery that is not settled; 0 = that is not held. */
  public int delivery(long session, long sequence) {
    return Math.max(0, deliveries.get(session, sequence));
  }

  /** A delivery is settled: the place of its message, 0 = that is not held. */
  public int settled(long session, long sequence) {
    int place = delivery(session, sequence);
    if (place > 0) {
      open[place - 1]--;
      deliveries.put(session, sequence, -place);
    }
    return place;
  }

  /** Number of the message at a place; 0 = there is no place. */
  public long number(int place) {
    return place == 0 ? 0 : numbers[place - 1];
  }

  /** Whether a message is held of which nothing needs to be written. */
  public boolean isNeedless(long number, long handedOver) {
    int place = number > handedOver ? 0 : place(number);
    return place > 0 && open[place - 1] == 0;
  }

  /** Most often it is the last one. */
  private int place(long number) {
    if (messages == 0 || number > numbers[messages - 1]) {
      return 0;
    }
    if (number == numbers[messages - 1]) {
      return messages;
    }
    return Math.max(0, Arrays.binarySearch(numbers, 0, messages, number) + 1);
  }

  /**
   * Takes out what is needless.
   *
   * @param handedOver number of the last message that all sessions of this loop have
   * @return number of the last message that is left, 0 = there is none
   */
  public long leaveOut(long handedOver) {
    long last = 0;
    int needless = 0;
    for (int i = 0; i < messages; i++) {
      if (open[i] == 0 && numbers[i] <= handedOver) {
        needless++;
      } else {
        open[i] = NEVER;
        last = numbers[i];
      }
    }
    if (needless > 0) {
      compact();
    }
    return last;
  }

  private void compact() {
    int to = 0;
    int kept = 0;
    for (int i = 0; i < records; i++) {
      int from = starts[i];
      int until = i + 1 < records ? starts[i + 1] : buffer.length();
      if (owners[i] == 0 || open[owners[i] - 1] != 0) {
        if (to != from) {
          buffer.moveBack(from, until, to);
        }
        to += until - from;
        kept++;
      }
    }
    buffer.cut(to);
    records = kept;
  }

  /** Forgets all of it: the journal has it, or nothing of it is needed. */
  public RecordBuffer take() {
    RecordBuffer full = buffer;
    usual = Math.max(full.length() + full.length() / 8, usual - usual / 8);
    if (records == 0) {
      buffer.clear();
    } else {
      buffer = new RecordBuffer(Math.max(BUFFER_BYTES, Math.min(usual, MOST_BUFFER_BYTES)));
    }
    records = 0;
    messages = 0;
    deliveries.clear();
    return full;
  }
}
