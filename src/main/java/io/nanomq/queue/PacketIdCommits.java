package io.nanomq.queue;

import io.nanomq.loop.LoopConfined;
import io.nanomq.persistence.SessionStore;

/**
 * How far the store is with the packet identifiers of a durable session's QoS 2 messages, which go
 * out when theirs is safe: were it forgotten, the client would take the same message, sent again,
 * for another one.
 */
@LoopConfined
public final class PacketIdCommits implements SessionStore.Listener {
  private final Runnable safe;
  private final SessionStore store;
  // Messages have their packet identifiers in the order of their sequences.
  private long safeSequence = -1;
  private boolean asking;

  /**
   * @param safe is called when some are safe that were not when it was asked
   */
  public PacketIdCommits(Runnable safe, SessionStore store) {
    this.safe = safe;
    this.store = store;
  }

  /**
   * The store was told the packet identifier of a message.
   *
   * @return whether it has it already
   */
  public boolean isSafeNow(Delivery delivery) {
    if (!store.isLasting()) {
      return true;
    }
    asking = true;
    try {
      store.afterCommit(this, delivery.sequence);
    } finally {
      asking = false;
    }
    return isSafe(delivery);
  }

  public boolean isSafe(Delivery delivery) {
    return delivery.sequence <= safeSequence;
  }

  @Override
  public void committed(long sequence) {
    safeSequence = Math.max(safeSequence, sequence);
    if (!asking) {
      // Once for all that are safe now.
      safe.run();
    }
  }
}
