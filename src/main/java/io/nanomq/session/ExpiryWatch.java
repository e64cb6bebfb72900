package io.nanomq.session;

import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.Timeout;

/** Tells when messages in one queue have expired, so that these are no longer kept and counted. */
@LoopConfined
final class ExpiryWatch extends Timeout {
  /** A queue whose messages expire one by one is looked through that often at most. */
  private static final int STEP_MILLIS = 1_000;

  private final LoopContext loop;
  private final HeldMessages held;
  private final MessageHolder holder;
  private long atMillis;

  ExpiryWatch(LoopContext loop, HeldMessages held, MessageHolder holder) {
    this.loop = loop;
    this.held = held;
    this.holder = holder;
  }

  /** Has the queue looked through once its earliest message has expired. */
  void lookAt(long earliestMillis) {
    long at = Math.max(earliestMillis, loop.nowMillis() + STEP_MILLIS);
    if (!isArmed() || atMillis > at) {
      atMillis = at;
      loop.timer().arm(this, at);
    }
  }

  void cancel() {
    loop.timer().cancel(this);
  }

  @Override
  protected void expired() {
    held.expired(holder);
  }
}
