package io.nanomq.retained;

import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.Timeout;
import io.nanomq.loop.TurnBudget;
import io.nanomq.persistence.SessionStore;

/**
 * Removes retained messages that have expired and that nobody asks for, now and then and a slice at
 * a time: meeting them is what removes them.
 */
@LoopConfined
public final class RetainedSweep extends Timeout {
  private static final int STEPS_PER_TURN = 64;

  private final LoopContext loop;
  private final RetainedStore store;
  private final SessionStore told;
  private final long intervalMillis;

  /**
   * @param loop the loop that does it
   * @param told the store of that loop
   * @param intervalMillis pause between two rounds
   */
  public RetainedSweep(
      LoopContext loop, RetainedStore store, SessionStore told, long intervalMillis) {
    this.told = told;
    this.loop = loop;
    this.store = store;
    this.intervalMillis = intervalMillis;
  }

  /** Begins with the first pause; from any thread. */
  public void start() {
    loop.eventLoop().execute(this::armNext);
  }

  private void armNext() {
    loop.timer().arm(this, loop.nowMillis() + intervalMillis);
  }

  @Override
  protected void expired() {
    sweep(store.all(told));
  }

  private void sweep(RetainedCursor cursor) {
    TurnBudget budget = loop.budget();
    for (int i = 0; i < STEPS_PER_TURN && !cursor.isDone() && !budget.isUsedUp(); i++) {
      cursor.next(loop.nowMillis());
      budget.spend((long) cursor.visited() * TurnBudget.VISIT);
    }
    if (cursor.isDone()) {
      armNext();
    } else {
      budget.nextTurn(() -> sweep(cursor));
    }
  }
}
