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
  private long nextTick;

  public LoopTimer(long nowMillis) {
    nextTick = Math.floorDiv(nowMillis, TICK_MILLIS);
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

  public void cancel(Timeout timeout) {
    if (timeout.slot < 0) {
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

  /** Lets everything happen whose time has come. */
  public void advance(long nowMillis) {
    long last = Math.floorDiv(nowMillis, TICK_MILLIS);
    // After a long stall one round of the wheel meets every timeout there is.
    long from = Math.max(nextTick, last - SLOTS + 1);
    nextTick = last + 1;
    for (long tick = from; tick <= last; tick++) {
      expire(slot(tick), nowMillis);
    }
  }

  /** System.nanoTime, which the clock may be made of, may be below zero. */
  private static int slot(long tick) {
    return (int) Math.floorMod(tick, (long) SLOTS);
  }

  private void expire(int slot, long nowMillis) {
    // Moved to a list of their own: what happens may arm into this slot, or cancel one of these.
    Timeout chain = slots[slot];
    slots[slot] = null;
    slots[DUE] = chain;
    for (Timeout t = chain; t != null; t = t.next) {
      t.slot = DUE;
    }
    for (Timeout head = slots[DUE]; head != null; head = slots[DUE]) {
      cancel(head);
      if (head.deadlineMillis <= nowMillis) {
        expire(head);
      } else {
        arm(head, head.deadlineMillis);
      }
    }
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
