package io.nanomq.loop;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The coarse clock of a loop: a hashed wheel of {@value #TICK_MILLIS} ms ticks. Arming and
 * cancelling cost the same however many timeouts there are; nothing is allocated.
 */
@LoopConfined
public final class LoopTimer {
  /** How late a timeout may be, in milliseconds. */
  public static final int TICK_MILLIS = 100;

  private static final Logger LOG = Logger.getLogger(LoopTimer.class);

  private static final int SLOTS = 1024;
  private static final int DUE = SLOTS;

  private final @Nullable Timeout[] slots = new Timeout[SLOTS + 1];
  private final TurnBudget budget;
  // The first one that may be armed, and the first one that has not been looked at.
  private long nextTick;
  private long sweepTick;

  /**
   * @param budget what happens counts into it
   */
  LoopTimer(long nowMillis, TurnBudget budget) {
    this.budget = budget;
    nextTick = Math.floorDiv(nowMillis, TICK_MILLIS);
    sweepTick = nextTick;
  }

  /**
   * Lets {@code timeout} happen at a time; one that is armed already is moved.
   *
   * @param deadlineMillis on the clock that {@link #advance} is called with
   */
  public void arm(Timeout timeout, long deadlineMillis) {
    cancel(timeout);
    timeout.deadlineMillis = deadlineMillis;
    // Rounded up, so that nothing happens before its time.
    long tick = Math.max(nextTick, Math.floorDiv(deadlineMillis + TICK_MILLIS - 1, TICK_MILLIS));
    int slot = slot(tick);
    Timeout head = slots[slot];
    timeout.slot = slot;
    timeout.next = head;
    if (head != null) {
      head.previous = timeout;
    }
    slots[slot] = timeout;
  }

  /** Disarms it where it is armed; null = there is none. */
  public void cancel(@Nullable Timeout timeout) {
    if (timeout == null || timeout.slot < 0) {
      return;
    }
    Timeout before = timeout.previous;
    Timeout after = timeout.next;
    if (before != null) {
      before.next = after;
    } else {
      slots[timeout.slot] = after;
    }
    if (after != null) {
      after.previous = before;
    }
    timeout.previous = null;
    timeout.next = null;
    timeout.slot = -1;
  }

  /**
   * Lets everything happen whose time has come.
   *
   * @return false where the turn has no room for all of it: to be called again in the next
   */
  public boolean advance(long nowMillis) {
    long last = Math.floorDiv(nowMillis, TICK_MILLIS);
    // What is armed meanwhile stands behind all that is due.
    nextTick = Math.max(nextTick, last + 1);
    // After a long stall one round of the wheel meets every timeout there is.
    sweepTick = Math.max(sweepTick, last - SLOTS + 1);
    while (expireDue(nowMillis)) {
      if (sweepTick > last) {
        return true;
      }
      moveToDue(slot(sweepTick++));
    }
    return false;
  }

  /** System.nanoTime, which the clock may be made of, may be below zero. */
  private static int slot(long tick) {
    return (int) Math.floorMod(tick, (long) SLOTS);
  }

  /** To a list of their own: what happens may arm into this slot, or cancel one of these. */
  private void moveToDue(int slot) {
    Timeout chain = slots[slot];
    slots[slot] = null;
    slots[DUE] = chain;
    for (Timeout t = chain; t != null; t = t.next) {
      t.slot = DUE;
    }
  }

  private boolean expireDue(long nowMillis) {
    for (Timeout head = slots[DUE]; head != null; head = slots[DUE]) {
      if (budget.isUsedUp()) {
        return false;
      }
      budget.spend(TurnBudget.VISIT);
      cancel(head);
      if (head.deadlineMillis <= nowMillis) {
        expire(head);
      } else {
        arm(head, head.deadlineMillis);
      }
    }
    return true;
  }

  /** One that fails must not take the others with it, nor stop the loop's schedule. */
  private static void expire(Timeout timeout) {
    try {
      timeout.expired();
    } catch (Throwable failure) {
      LOG.error("A timeout failed", failure);
    }
  }
}
