package io.nanomq.queue;

import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.Timeout;

/** Has one queue looked through when messages in it have expired, or it may have room again. */
@LoopConfined
public final class QueueWatch extends Timeout {
  /** A queue whose messages expire one by one is looked through that often at most. */
  private static final int STEP_MILLIS = 1_000;

  private final LoopContext loop;
  private final HeldMessages held;
  private final MessageHolder holder;
  private long atMillis;

  public QueueWatch(LoopContext loop, HeldMessages held, MessageHolder holder) {
    this.loop = loop;
    this.held = held;
    this.holder = holder;
  }

  /** Has the queue looked through at that time, or a little later. */
  public void lookAt(long wantedMillis) {
    long at = Math.max(wantedMillis, loop.nowMillis() + STEP_MILLIS);
    if (!isArmed() || atMillis > at) {
      atMillis = at;
      loop.timer().arm(this, at);
    }
  }

  public void cancel() {
    loop.timer().cancel(this);
  }

  @Override
  protected void expired() {
    held.expired(holder);
  }
}
