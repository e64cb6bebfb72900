package io.nanomq.persistence.journal;

import io.nanomq.journal.RecordBuffer;
import io.nanomq.persistence.MessageNumber;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The messages that loops hand over or sessions wait for, counted by references. Used by one thread
 * at a time.
 */
final class StoredMessages {
  /** How far one loop has handed over what another one published. */
  private static final class Pair {
    // In the order of their numbers.
    final Deque<StoredMessage> pending = new ArrayDeque<>();
    long handedOver;
    long segment;
  }

  private static final int PAIR_BYTES = 16;
  private final Map<Long, StoredMessage> messages = new HashMap<>();
  private final Map<Integer, Pair> pairs = new HashMap<>();
  // What may not be needed any more.
  private final List<StoredMessage> settled = new ArrayList<>();
  private boolean restoring = true;
  private long liveBytes;

  private Pair pair(int source, int target) {
    return pairs.computeIfAbsent(source << 6 | target, n -> new Pair());
  }

  private StoredMessage entry(long number) {
    return messages.computeIfAbsent(number, StoredMessage::new);
  }

  @Nullable StoredMessage get(long number) {
    return messages.get(number);
  }

  Collection<StoredMessage> all() {
    return messages.values();
  }

  /** The record of a message; whoever calls reads it behind its targets. */
  void found(long segment, long number, int flags, long targets, RecordReader in) {
    StoredMessage message = entry(number);
    boolean isNew = !message.isFound();
    liveBytes += in.size() - message.bytes;
    message.segment = segment;
    message.bytes = in.size();
    message.kept |= (flags & StoredMessage.KEPT) != 0;
    if (isNew) {
      pending(message, flags, targets, in);
    } else {
      skipPending(in);
    }
    if (restoring) {
      message.value = in.rest();
    }
    settled.add(message);
  }

  private void pending(StoredMessage message, int flags, long targets, RecordReader in) {
    message.again = (flags & StoredMessage.AGAIN) != 0;
    int source = MessageNumber.loop(message.number);
    for (long rest = targets; rest != 0; rest &= rest - 1) {
      int target = Long.numberOfTrailingZeros(rest);
      Pair pair = pair(source, target);
      if (pair.handedOver < message.number) {
        message.targets |= 1L << target;
        pair.pending.add(message);
      }
    }
    for (long groups = in.readVar(); groups > 0; groups--) {
      message.group(in.readString());
    }
    for (long had = in.readVar(); had > 0; had--) {
      message.had(in.readVar());
    }
  }

  private static void skipPending(RecordReader in) {
    for (long groups = in.readVar(); groups > 0; groups--) {
      in.readString();
    }
    for (long had = in.readVar(); had > 0; had--) {
      in.readVar();
    }
  }

  void handedOver(long segment, int source, int target, long number) {
    Pair pair = pair(source, target);
    liveBytes += pair.segment == 0 ? PAIR_BYTES : 0;
    pair.segment = segment;
    pair.handedOver = Math.max(pair.handedOver, number);
    if (restoring) {
      // What was written anew may stand behind what has a higher number.
      pair.pending.removeIf(message -> isHandedOver(message, target, number));
      return;
    }
    while (!pair.pending.isEmpty() && isHandedOver(pair.pending.element(), target, number)) {
      pair.pending.remove();
    }
  }

  private boolean isHandedOver(StoredMessage message, int target, long number) {
    boolean isDone = message.number <= number;
    if (isDone) {
      message.targets &= ~(1L << target);
      settled.add(message);
    }
    return isDone;
  }

  boolean isLastMark(long segment, int source, int target) {
    Pair pair = pairs.get(source << 6 | target);
    return pair != null && pair.segment == segment;
  }

  long handedOver(int source, int target) {
    return pair(source, target).handedOver;
  }

  void handedToGroup(long number, String group) {
    StoredMessage message = messages.get(number);
    if (message != null) {
      message.groupDone(group);
      settled.add(message);
    }
  }

  void routedAgain(long number) {
    StoredMessage message = messages.get(number);
    if (message != null) {
      message.routedAgain();
      settled.add(message);
    }
  }

  /** A process begins: what the one before has not handed over is to be routed again. */
  void begin() {
    for (StoredMessage message : messages.values()) {
      message.again |= message.targets != 0;
      message.targets = 0;
    }
    liveBytes -= (long) PAIR_BYTES * pairs.size();
    pairs.clear();
  }

  void refer(long number, long session) {
    if (number != 0) {
      StoredMessage message = entry(number);
      message.references++;
      message.had(session);
    }
  }

  void unrefer(long number) {
    StoredMessage message = number == 0 ? null : messages.get(number);
    if (message != null && --message.references == 0) {
      settled.add(message);
    }
  }

  /**
   * Records that belong together are through: what nobody needs any more goes. Of what was written
   * anew it is not known before all records are read.
   */
  void removeSettled() {
    for (StoredMessage message : settled) {
      if (!message.isPending()) {
        message.forgetWhoHad();
      }
      if (!message.isNeeded() && !(restoring && message.kept)) {
        remove(message);
      }
    }
    settled.clear();
  }

  private void remove(StoredMessage message) {
    if (messages.remove(message.number, message)) {
      liveBytes -= message.bytes;
    }
  }

  /** All records are read. */
  void restored() {
    restoring = false;
    settled.addAll(messages.values());
    removeSettled();
  }

  void forgetValues() {
    messages.values().forEach(message -> message.value = null);
  }

  long liveBytes() {
    return liveBytes;
  }

  // ---- what is to be written anew

  /** The record of a message as it is now; the reader stands behind what was received with it. */
  static void write(StoredMessage message, RecordReader in, RecordBuffer to) {
    skipPending(in);
    int start = begin(to, message);
    to.writeVar(0);
    to.writeVar(0);
    to.writeVar(message.groups().size());
    message.groups().forEach(to::writeString);
    long[] had = message.had();
    to.writeVar(had.length);
    for (long session : had) {
      to.writeVar(session);
    }
    in.copyRestTo(to);
    Records.endLarge(to, start);
  }

  private static int begin(RecordBuffer to, StoredMessage message) {
    int start = Records.beginLarge(to, RecordType.MESSAGE);
    to.writeVar(message.number);
    to.writeByte(StoredMessage.KEPT | (message.again ? StoredMessage.AGAIN : 0));
    to.writeVar(message.targets);
    return start;
  }
}
