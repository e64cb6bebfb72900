package io.nanomq.router;

import io.nanomq.loop.LoopConfined;
import io.nanomq.metrics.DropReason;
import org.jspecify.annotations.Nullable;

/**
 * The members of a shared group that did not take a message. It goes with the message, from loop to
 * loop; one loop at a time touches it.
 */
@LoopConfined
final class Refusals {
  /** Members that are asked at most: the work that one message makes is bounded. */
  static final int MOST = 8;

  private final @Nullable Recipient[] who = new Recipient[MOST];
  private int size;
  private Recipient last;
  private DropReason why;

  Refusals(Recipient first, DropReason why) {
    this.last = first;
    this.why = why;
    who[size++] = first;
  }

  /**
   * Adds one, of which there is room while they are not {@link #isFull}.
   *
   * @param before null = nobody has refused so far
   */
  static Refusals with(@Nullable Refusals before, Recipient recipient, DropReason why) {
    if (before == null) {
      return new Refusals(recipient, why);
    }
    before.who[before.size++] = recipient;
    before.last = recipient;
    before.why = why;
    return before;
  }

  boolean isFull() {
    return size == MOST;
  }

  boolean contain(Recipient recipient) {
    for (int i = 0; i < size; i++) {
      if (who[i] == recipient) {
        return true;
      }
    }
    return false;
  }

  Recipient last() {
    return last;
  }

  /** Why the last one did not take it. */
  DropReason why() {
    return why;
  }
}
