package io.nanomq.persistence.journal;

import io.nanomq.journal.ImageInput;
import io.nanomq.journal.ImageOutput;
import io.nanomq.journal.RecordBuffer;
import io.nanomq.persistence.GroupName;
import io.nanomq.persistence.MessageNumber;
import io.nanomq.persistence.journal.table.NumberList;
import io.nanomq.persistence.journal.table.NumberMap;
import io.nanomq.persistence.journal.table.SegmentCounts;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The messages that loops hand over or sessions wait for, counted by references. Used by one thread
 * at a time.
 */
final class StoredMessages {
  /** The same as {@link PendingMessage#KEPT} in a row. */
  private static final int KEPT_BIT = 1 << 31;

  /** It is among those that are pending, in a row; what is below are references. */
  private static final int PENDING_BIT = 1 << 30;

  /** How far one loop has handed over what another one published. */
  private static final class Pair {
    // In the order of their numbers, but for what was written anew.
    final Deque<PendingMessage> pending = new ArrayDeque<>();
    boolean isMixed;
    long handedOver;
    long segment;

    void add(PendingMessage message) {
      PendingMessage last = pending.peekLast();
      isMixed = last != null && (isMixed || last.number > message.number);
      pending.add(message);
    }
  }

  private static final int PAIR_BYTES = 16;
  private static final int MOST_UNUSED = 1024;
  // Segment 0 = only what refers to it was found.
  private final Rows rows;
  private final SegmentCounts counts;
  private final NumberMap<PendingMessage> pending = new NumberMap<>();
  private final Deque<PendingMessage> unused = new ArrayDeque<>();
  // Those of the records at hand, in the order in which they were found: most are handed over by
  // what comes with them, and are never put among those that are pending.
  private PendingMessage[] fresh = new PendingMessage[64];
  private int freshCount;
  // By source and target.
  private @Nullable Pair[] pairs = new Pair[0];
  // Pairs that have a record.
  private int marks;
  // What may not be needed any more.
  private final NumberList settled = new NumberList();
  private boolean restoring = true;
  private long liveBytes;

  StoredMessages(IndexMemory memory) {
    counts = memory.counts;
    rows = new Rows(false, memory);
  }

  private Pair pair(int source, int target) {
    int index = source << 6 | target;
    if (index >= pairs.length) {
      pairs = Arrays.copyOf(pairs, Math.max(64, Integer.highestOneBit(index) << 1));
    }
    Pair pair = pairs[index];
    if (pair == null) {
      pair = new Pair();
      pairs[index] = pair;
    }
    return pair;
  }

  /** Goes to the row of a message; false = there is none that was found. */
  boolean find(long number) {
    return rows.find(number) && rows.segment() != 0;
  }

  /** Where {@link #find} has gone to. */
  Rows rows() {
    return rows;
  }

  /** Those that are still to be given to somebody, in the order of their numbers. */
  List<PendingMessage> pending() {
    assert freshCount == 0 : "records are being read";
    List<PendingMessage> all = pending.values();
    all.removeIf(message -> !find(message.number));
    all.sort((one, other) -> Long.compare(one.number, other.number));
    return all;
  }

  private void settled(PendingMessage message) {
    if (!message.isPending() && !message.isFresh) {
      settled.add(message.number);
    }
  }

  private void fresh(PendingMessage message) {
    if (freshCount == fresh.length) {
      fresh = Arrays.copyOf(fresh, freshCount * 2);
    }
    message.isFresh = true;
    fresh[freshCount++] = message;
  }

  /** One that is pending, or was before the records at hand; null = there is none. */
  private @Nullable PendingMessage known(long number) {
    PendingMessage newest = freshCount == 0 ? null : fresh[freshCount - 1];
    if (newest != null && newest.number == number) {
      return newest;
    }
    addFresh();
    return pending.get(number);
  }

  /** Puts the fresh ones among the others, where somebody looks for one. */
  private void addFresh() {
    for (int i = 0; i < freshCount; i++) {
      PendingMessage message = fresh[i];
      message.isFresh = false;
      pending.put(message.number, message);
      settled(message);
    }
    freshCount = 0;
  }

  /** The record of a message; whoever calls reads it behind its targets. */
  void found(long segment, int frame, long number, int flags, long targets, RecordReader in) {
    rows.put(number);
    boolean isNew = rows.segment() == 0;
    liveBytes += in.size() - rows.bytes();
    rows.place(segment, frame);
    rows.bytes(in.size());
    if ((flags & PendingMessage.KEPT) != 0) {
      rows.value(rows.value() | KEPT_BIT);
    }
    if (isNew) {
      makePending(number, flags, targets, in);
    }
    if ((rows.value() & ~KEPT_BIT) == 0) {
      settled.add(number);
    }
  }

  private void makePending(long number, int flags, long targets, RecordReader in) {
    PendingMessage message = unused.isEmpty() ? new PendingMessage(number) : unused.pop();
    message.number = number;
    message.again = (flags & PendingMessage.AGAIN) != 0;
    int source = MessageNumber.loop(number);
    for (long rest = targets; rest != 0; rest &= rest - 1) {
      int target = Long.numberOfTrailingZeros(rest);
      Pair pair = pair(source, target);
      if (pair.handedOver < number) {
        message.targets |= 1L << target;
        pair.add(message);
      }
    }
    message.groups(PendingMessage.groups(flags, in));
    for (long had = in.readVar(); had > 0; had--) {
      message.had(in.readVar());
    }
    if (message.isPending()) {
      fresh(message);
      rows.value(rows.value() | PENDING_BIT);
    } else {
      forget(message);
    }
  }

  /** Most messages are pending for a moment: few objects do for all. */
  private void forget(PendingMessage message) {
    if (message.clear() && unused.size() < MOST_UNUSED) {
      unused.push(message);
    }
  }

  void handedOver(long segment, int source, int target, long number) {
    Pair pair = pair(source, target);
    if (pair.segment == 0) {
      liveBytes += PAIR_BYTES;
      marks++;
    }
    counts.move(pair.segment, segment);
    pair.segment = segment;
    pair.handedOver = Math.max(pair.handedOver, number);
    if (restoring && pair.isMixed) {
      pair.pending.removeIf(message -> isHandedOver(message, target, number));
      return;
    }
    while (!pair.pending.isEmpty() && isHandedOver(pair.pending.element(), target, number)) {
      pair.pending.remove();
    }
  }

  private boolean isHandedOver(PendingMessage message, int target, long number) {
    boolean isDone = message.number <= number;
    if (isDone) {
      message.targets &= ~(1L << target);
      settled(message);
    }
    return isDone;
  }

  boolean isLastMark(long segment, int source, int target) {
    return pair(source, target).segment == segment;
  }

  long handedOver(int source, int target) {
    return pair(source, target).handedOver;
  }

  void handedToGroup(long number, GroupName group) {
    PendingMessage message = known(number);
    if (message != null) {
      message.groupDone(group);
      settled(message);
    }
  }

  void routedAgain(long number) {
    PendingMessage message = known(number);
    if (message != null) {
      message.routedAgain();
      settled(message);
    }
  }

  /** A process begins: what the one before has not handed over is to be routed again. */
  void begin() {
    addFresh();
    for (PendingMessage message : pending.values()) {
      message.again |= message.targets != 0;
      message.targets = 0;
    }
    for (Pair pair : pairs) {
      if (pair != null && pair.segment != 0) {
        counts.remove(pair.segment);
      }
    }
    liveBytes -= (long) PAIR_BYTES * marks;
    pairs = new Pair[0];
    marks = 0;
  }

  void refer(long number, long session) {
    if (number != 0) {
      rows.put(number);
      int value = rows.value() + 1;
      rows.value(value);
      if ((value & PENDING_BIT) != 0) {
        had(number, session);
      }
    }
  }

  private void had(long number, long session) {
    PendingMessage message = known(number);
    if (message != null) {
      message.had(session);
    }
  }

  void unrefer(long number) {
    if (number != 0 && rows.find(number)) {
      int left = rows.value() - 1;
      rows.value(left);
      if ((left & ~KEPT_BIT) == 0) {
        settled.add(number);
      }
    }
  }

  /**
   * Records that belong together are through: what nobody needs any more goes. Of what was written
   * anew it is not known before all records are read.
   */
  void removeSettled() {
    settleFresh();
    for (int i = 0; i < settled.size(); i++) {
      if (rows.find(settled.get(i))) {
        settlePending(settled.get(i));
        removeIfUnneeded(rows.value());
      }
    }
    settled.clear();
  }

  private void settleFresh() {
    for (int i = 0; i < freshCount; i++) {
      PendingMessage message = fresh[i];
      message.isFresh = false;
      if (message.isPending()) {
        pending.put(message.number, message);
      } else if (rows.find(message.number)) {
        settlePending(message);
        removeIfUnneeded(rows.value());
      }
    }
    freshCount = 0;
  }

  /** The message of the row at the cursor may be pending no more. */
  private void settlePending(long number) {
    if ((rows.value() & PENDING_BIT) != 0) {
      PendingMessage message = pending.get(number);
      if (message != null && !message.isPending()) {
        pending.remove(number);
        settlePending(message);
      }
    }
  }

  private void settlePending(PendingMessage message) {
    rows.value(rows.value() & ~PENDING_BIT);
    forget(message);
  }

  private void removeIfUnneeded(int value) {
    boolean isKept = restoring && value < 0;
    if ((value & ~KEPT_BIT) == 0 && !isKept) {
      liveBytes -= rows.bytes();
      rows.remove();
    }
  }

  /** All records are read. */
  void restored() {
    restoring = false;
    for (boolean any = rows.first(); any; any = rows.next()) {
      if ((rows.value() & ~KEPT_BIT) == 0) {
        settled.add(rows.key());
      }
    }
    removeSettled();
  }

  long liveBytes() {
    return liveBytes;
  }

  // ---- in an image of the journal

  void write(ImageOutput to) throws IOException {
    to.writeLong(liveBytes);
    rows.write(to);
    to.writeInt(marks);
    for (int i = 0; i < pairs.length; i++) {
      Pair pair = pairs[i];
      if (pair != null && pair.segment != 0) {
        to.writeInt(i);
        to.writeLong(pair.handedOver);
        to.writeLong(pair.segment);
      }
    }
    List<PendingMessage> all = pending();
    to.writeInt(all.size());
    for (PendingMessage message : all) {
      message.write(to);
    }
  }

  void read(ImageInput from) throws IOException {
    liveBytes = from.readLong();
    rows.read(from);
    marks = from.readInt();
    for (int i = 0; i < marks; i++) {
      int index = from.readInt();
      Pair pair = pair(index >>> 6, index & 63);
      pair.handedOver = from.readLong();
      pair.segment = from.readLong();
    }
    for (int left = from.readInt(); left > 0; left--) {
      PendingMessage message = PendingMessage.read(from);
      pending.put(message.number, message);
      for (long rest = message.targets; rest != 0; rest &= rest - 1) {
        pair(MessageNumber.loop(message.number), Long.numberOfTrailingZeros(rest)).add(message);
      }
    }
  }

  /** See {@link PendingMessage#writeAnew}. */
  void write(long number, int flags, RecordReader in, RecordBuffer to) {
    PendingMessage message = known(number);
    (message == null ? new PendingMessage(number) : message).writeAnew(flags, in, to);
  }
}
