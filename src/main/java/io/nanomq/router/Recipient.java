package io.nanomq.router;

import io.nanomq.codec.OutgoingPublish;
import io.nanomq.loop.LoopConfined;
import io.nanomq.memory.Account;
import io.nanomq.metrics.DropReason;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/** Who receives messages: a session, or a bridge. Lives on one loop. */
@LoopConfined
public abstract class Recipient {
  private static final AtomicIntegerFieldUpdater<Recipient> ON_THE_WAY =
      AtomicIntegerFieldUpdater.newUpdater(Recipient.class, "onTheWay");

  // Where FanOut has it in the message being gathered, valid while the mark is that message's.
  long gatherMark;
  int gatherIndex;
  // Subscriptions in the tree; under the tree's lock.
  int subscriptionCount;
  // What these cost, with the nodes that they made.
  long subscriptionBytes;
  private volatile boolean gone;
  // Messages of shared subscriptions that other loops have sent here, where that is counted.
  private volatile int onTheWay;

  /** Index of the loop that it lives on. */
  public abstract int loopIndex();

  /**
   * It gets nothing more, whatever it is subscribed to; on its loop. Its subscriptions are still to
   * be taken out of the tree, which may last several turns.
   */
  public void leave() {
    gone = true;
  }

  boolean isGone() {
    return gone;
  }

  /** Who is charged for what it subscribes to; null = nobody. */
  public @Nullable Account account() {
    return null;
  }

  /** Whether it outlives its connection, so that the store has to know what it gets. */
  public boolean isDurable() {
    return false;
  }

  /** By what number the store knows it; 0 = it does not. On its loop. */
  public long storedNumber() {
    return 0;
  }

  /**
   * The store is told that a QoS 2 packet of its was received, by the record of the message that it
   * brought; on its loop.
   */
  public void receivedWithMessage(int packetId) {}

  /** Whether it can take messages right now; read by any loop, as a hint. */
  public abstract boolean isOnline();

  /** Largest packet that it takes, in bytes; read by any loop, as a hint. */
  public int maxPacketBytes() {
    return Integer.MAX_VALUE;
  }

  /** Messages that it was sent and has not acknowledged; read by any loop, as a hint. */
  public int inFlight() {
    return 0;
  }

  /** On any loop. */
  final void addOnTheWay(int more) {
    ON_THE_WAY.addAndGet(this, more);
  }

  /** What it has to take care of before one more message; on any loop, as a hint. */
  final int load() {
    return onTheWay + inFlight();
  }

  /** What a shared subscription hashes where its strategy is by publisher; the same at any time. */
  public int shareHash() {
    return System.identityHashCode(this);
  }

  /** Whether it had no room for the last message that was to wait; read by any loop, as a hint. */
  public boolean isFull() {
    return false;
  }

  /**
   * Takes a message; on its loop.
   *
   * @param message valid during the call; {@link OutgoingPublish#message()} may be kept
   * @param qos QoS to deliver with
   * @param retain RETAIN flag to deliver with
   * @param identifiers Subscription Identifiers, null = none
   * @param group the shared subscription that chose this recipient, null = none
   * @return why it does not take it, null = it does; whoever gave it says what becomes of it
   */
  public abstract @Nullable DropReason deliver(
      OutgoingPublish message,
      int qos,
      boolean retain,
      int @Nullable [] identifiers,
      @Nullable SharedGroup group);

  /** A message that it did not take is given to nobody else; on its loop. */
  public abstract void dropped(DropReason reason, OutgoingPublish message);

  /** It failed while it was given a message, which must not concern others; on its loop. */
  public abstract void failed(Throwable failure);
}
