package io.nanomq.session;

import io.nanomq.loop.LoopConfined;
import io.nanomq.persistence.SessionStore;
import io.nanomq.queue.Delivery;

/**
 * How far the store is with the packet identifiers of a durable session's QoS 2 messages, which go
 * out when theirs is safe: were it forgotten, the client would take the same message, sent again,
 * for another one.
 */
@LoopConfined
final class PacketIdCommits implements SessionStore.Listener {
  private final Session session;
  private final SessionStore store;
  // Messages have their packet identifiers in the order of their sequences.
  private long safeSequence = -1;
  private boolean asking;

  PacketIdCommits(Session session, SessionStore store) {
    this.session = session;
    this.store = store;
  }

  /**
   * The store was told the packet identifier of a message.
   *
   * @return whether it has it already; else the session is pumped when it has
   */
  boolean isSafeNow(Delivery delivery) {
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

  boolean isSafe(Delivery delivery) {
    return delivery.sequence <= safeSequence;
  }

  @Override
  public void committed(long sequence) {
    safeSequence = Math.max(safeSequence, sequence);
    if (!asking) {
      // Once for all that are safe now.
      session.pumpLater();
    }
  }
}
