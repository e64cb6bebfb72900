package io.nanomq.router;

import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.packet.PublishMessage;
import org.jspecify.annotations.Nullable;

/**
 * What a loop has for the others: a batch for each, which leaves when it is full, or as the turn
 * ends and before anything is acknowledged.
 */
@LoopConfined
final class Outboxes implements LoopContext.TurnEnd {
  private final LoopContext loop;
  private final FanOut[] all;
  private final @Nullable HandOff[] batches;
  private boolean endsTurn;
  // this message
  private long lagging;

  /**
   * @param all the fan-outs of all loops, filled before the first message
   */
  Outboxes(LoopContext loop, FanOut[] all) {
    this.loop = loop;
    this.all = all;
    this.batches = new HandOff[all.length];
  }

  /** Another message. */
  void begin() {
    lagging = 0;
  }

  /** The loops that the message went to and that cannot keep up; a bit for each. */
  long lagging() {
    return lagging;
  }

  void add(int target, PublishMessage message, Object to) {
    HandOff batch = batches[target];
    if (batch == null) {
      batch = new HandOff();
      batches[target] = batch;
    }
    batch.add(message, to);
    Mailbox there = all[target].mailbox();
    if (batch.isFull()) {
      batches[target] = null;
      there.offer(batch);
    }
    if (there.isLagging()) {
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
    for (int i = 0; i < batches.length; i++) {
      HandOff batch = batches[i];
      if (batch != null) {
        batches[i] = null;
        all[i].mailbox().offer(batch);
      }
    }
  }
}
