package io.nanomq.persistence;

import io.nanomq.loop.LoopContext;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What outlives the process: durable sessions, their messages, retained messages. The order of
 * calls is {@link #recover} once, {@link #open} once for each loop, {@link #begin} once, {@link
 * #close} once.
 *
 * <p>What is told to the stores of all loops stands in one order, in which it becomes safe: what is
 * lost in a crash is the end of that order and nothing before it. Each loop's own calls stand in it
 * as they were made. What a loop told before {@link SessionStore#handingOver} stands before
 * whatever other loops tell after that. What a loop tells between two such calls of one turn is
 * kept or lost as a whole.
 */
public interface SessionStores extends AutoCloseable {
  /**
   * What an earlier process left. What is kept under numbers (sessions, messages, sequences, packet
   * identifiers) stays so: it is not told again, and calls may refer to it.
   *
   * @param clock turns what is stored as time of day into the clock of the loops
   */
  RecoveredState recover(StoreClock clock);

  /** The store of one loop; told by that loop only, and calls back on it. */
  SessionStore open(LoopContext loop, StoreClock clock);

  /** What was recovered has been gone through, before any loop tells anything. */
  default void begin() {}

  /**
   * The retained messages that are stored now, to be read once more: all that loops told in turns
   * that are over is done with. Whoever takes it closes it. Fails where the disk does, and may take
   * as long as the disk.
   *
   * @param clock as of {@link #recover}
   */
  default CompletionStage<RecoveredState.Retained> retained(StoreClock clock) {
    return CompletableFuture.completedFuture(RecoveredState.EMPTY.retained());
  }

  /** What it promises. */
  default StoreStatus status() {
    return StoreStatus.NONE;
  }

  /** Makes safe what was told. No loop tells anything any more. */
  @Override
  void close();
}
