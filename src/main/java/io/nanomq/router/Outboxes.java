package io.nanomq.router;

import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.packet.PublishMessage;
import io.nanomq.router.mailbox.HandOff;
import org.jspecify.annotations.Nullable;

/**
 * What a loop has for the others: a batch for each, which leaves when it is full, or as the turn
 * ends and before anything is acknowledged. It leaves between two messages: what the store is told
 * of one and of its packet stays together.
 */
@LoopConfined
final class Outboxes implements LoopContext.TurnEnd {
  private final LoopContext loop;
  private final FanOut[] all;
  private final @Nullable HandOff[] batches;
  private final PublishRecorder stored;
  private boolean endsTurn;
  private boolean anyFull;
  // this message
  private long lagging;

  /**
   * @param all the fan-outs of all loops, filled before the first message
   * @param stored has to know before other loops do
   */
  Outboxes(LoopContext loop, FanOut[] all, PublishRecorder stored) {
    this.loop = loop;
    this.all = all;
    this.stored = stored;
    this.batches = new HandOff[all.length];
  }

  /** Another message. */
  void begin() {
    lagging = 0;
    if (anyFull) {
      leave(true);
    }
  }

  /** The loops that the message went to and that cannot keep up; a bit for each. */
  long lagging() {
    return lagging;
  }

  /**
   * @param number by which the store knows the message; 0 = it does not
   */
  void add(int target, PublishMessage message, Object to, long number) {
    HandOff batch = batches[target];
    if (batch == null) {
      batch = new HandOff();
      batches[target] = batch;
    }
    batch.add(message, to, number);
    anyFull |= batch.isFull();
    if (all[target].mailbox().isLagging()) {
      lagging |= 1L << target;
    }
    if (!endsTurn) {
      endsTurn = true;
      loop.firstAtTurnEnd(this);
    }
  }

  @Override
  public void endOfTurn() {
    endsTurn = false;
    leave(false);
  }

  private void leave(boolean onlyFull) {
    anyFull = false;
    tellStore(onlyFull);
    for (int i = 0; i < batches.length; i++) {
      HandOff batch = batches[i];
      if (batch != null && (!onlyFull || batch.isFull())) {
        batches[i] = null;
        all[i].mailbox().offer(batch);
      }
    }
  }

  private void tellStore(boolean onlyFull) {
    boolean any = false;
    for (HandOff batch : batches) {
      any |= batch != null && batch.isStored() && (!onlyFull || batch.isFull());
    }
    if (any) {
      stored.handingOver();
    }
  }
}
