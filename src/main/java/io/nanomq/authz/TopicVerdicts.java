package io.nanomq.authz;

import io.nanomq.loop.LoopConfined;
import io.nanomq.memory.HeapBytes;
import io.nanomq.packet.TopicName;
import org.jspecify.annotations.Nullable;

/**
 * What was decided about topics that one client met lately. Bounded: two places for each hash, of
 * which the older one is overwritten, and what it takes is taken from the session's memory. A topic
 * that the loop still knows is found by being the same object.
 */
@LoopConfined
final class TopicVerdicts {
  /** Topics that are longer are decided each time. */
  static final int MAX_BYTES = 256;

  private static final int FIRST = 4;

  /** A topic, its text and its bytes, but for their length. */
  private static final int TOPIC_BYTES = 24 + 40 + 16;

  private final AccessRoom room;
  private final int most;
  private @Nullable TopicName[] topics = new TopicName[FIRST];
  private @Nullable AccessVerdict[] verdicts = new AccessVerdict[FIRST];
  private int bytes;

  /**
   * @param most topics to remember, rounded up to a power of two; 0 = none
   */
  TopicVerdicts(int most, AccessRoom room) {
    this.room = room;
    this.most = most == 0 ? 0 : Math.max(FIRST, Integer.highestOneBit(most * 2 - 1));
  }

  /** Topics of one client differ in a few characters: their hashes differ in all bits of this. */
  private int place(TopicName topic) {
    int mixed = topic.hashCode() * 0x9E37_79B9;
    return mixed >>> Integer.numberOfLeadingZeros(topics.length - 1);
  }

  /** Null = it is not known. */
  @Nullable AccessVerdict find(TopicName topic) {
    int at = place(topic);
    for (int i = 0; i < 2; i++, at ^= 1) {
      TopicName there = topics[at];
      if (there == topic) {
        return verdicts[at];
      }
      if (there != null && there.equals(topic)) {
        // The loop has met it anew: next time it is the same object.
        topics[at] = topic;
        return verdicts[at];
      }
    }
    return null;
  }

  /**
   * Remembers what was decided about a topic that is not known.
   *
   * @return false = there is no room
   */
  boolean add(TopicName topic, AccessVerdict verdict) {
    int cost = TOPIC_BYTES + topic.keptBytes();
    if (most == 0 || topic.utf8().length > MAX_BYTES || bytes == 0 && !open()) {
      return false;
    }
    int at = place(topic);
    while (topics[at] != null && topics[at ^ 1] != null && topics.length < most && grow()) {
      at = place(topic);
    }
    if (!room.take(cost)) {
      return false;
    }
    bytes += cost;
    if (topics[at] != null) {
      forget(at ^ 1);
      topics[at ^ 1] = topics[at];
      verdicts[at ^ 1] = verdicts[at];
    }
    topics[at] = topic;
    verdicts[at] = verdict;
    return true;
  }

  private boolean open() {
    int cost = 64 + 2 * HeapBytes.references(FIRST);
    boolean isTaken = room.take(cost);
    bytes += isTaken ? cost : 0;
    return isTaken;
  }

  private boolean grow() {
    int more = 2 * HeapBytes.references(topics.length);
    if (!room.take(more)) {
      return false;
    }
    bytes += more;
    @Nullable TopicName[] before = topics;
    @Nullable AccessVerdict[] decided = verdicts;
    topics = new TopicName[before.length * 2];
    verdicts = new AccessVerdict[before.length * 2];
    for (int i = 0; i < before.length; i++) {
      TopicName topic = before[i];
      if (topic != null) {
        // Two that shared a hash's places still have two.
        int at = place(topic);
        at = topics[at] == null ? at : at ^ 1;
        topics[at] = topic;
        verdicts[at] = decided[i];
      }
    }
    return true;
  }

  private void forget(int at) {
    TopicName topic = topics[at];
    if (topic != null) {
      int cost = TOPIC_BYTES + topic.keptBytes();
      bytes -= cost;
      room.give(cost);
      topics[at] = null;
      verdicts[at] = null;
    }
  }

  /** What it takes, in bytes. */
  int bytes() {
    return bytes;
  }

  /** Gives back what it takes. */
  void close() {
    room.give(bytes);
    bytes = 0;
  }
}
