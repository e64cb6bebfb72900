package io.nanomq.session;

import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.Timeout;
import io.nanomq.queue.Delivery;
import java.util.concurrent.TimeUnit;

/** When messages go once more to a client of MQTT 3.1 or 3.1.1 that does not acknowledge them. */
@LoopConfined
final class RetryTimer extends Timeout {
  /** How soon a changed interval holds for what is in flight already. */
  private static final int LOOK_AT_RETRY_MILLIS = 10_000;

  private static final int LEAST_MILLIS = 1_000;
  private static final long NO_RETRY_MILLIS = TimeUnit.DAYS.toMillis(365);

  private final SessionContext context;
  private final LoopContext loop;
  private final InflightDeliveries inflight;
  private boolean awaitsPage;
  private long sentBeforeMillis;

  RetryTimer(SessionContext context, InflightDeliveries inflight) {
    this.context = context;
    this.loop = context.loop();
    this.inflight = inflight;
  }

  /** A message was sent. */
  void sent() {
    if (!isArmed()) {
      arm(loop.nowMillis() + intervalMillis());
    }
  }

  private void arm(long atMillis) {
    // The interval may change meanwhile, so it is looked at from time to time.
    loop.timer().arm(this, Math.min(atMillis, loop.nowMillis() + LOOK_AT_RETRY_MILLIS));
  }

  /** The interval of retries; without any, as good as for ever. */
  private long intervalMillis() {
    int seconds = context.conf().queues().retrySeconds();
    return seconds == 0 ? NO_RETRY_MILLIS : seconds * 1000L;
  }

  @Override
  protected void expired() {
    long interval = intervalMillis();
    sentBeforeMillis = loop.nowMillis() - interval;
    long oldest = repeat();
    if (oldest != Long.MAX_VALUE) {
      arm(Math.max(oldest + interval, loop.nowMillis() + LEAST_MILLIS));
    }
  }

  /** What only the store had is there, or cannot be had now. */
  void pageCame() {
    if (awaitsPage) {
      awaitsPage = false;
      repeat();
    }
  }

  /**
   * Sends again what is on its way for long, in its order: behind what only the store has, the rest
   * waits.
   *
   * @return when the oldest of the others was sent; {@link Long#MAX_VALUE} = there are none
   */
  private long repeat() {
    PacketWriter socket = inflight.socket();
    long oldest = Long.MAX_VALUE;
    if (socket == null) {
      return oldest;
    }
    for (Delivery d = inflight.first(); d != null && d != inflight.firstToSend(); d = d.next) {
      if (d.sentAtMillis <= sentBeforeMillis && socket.isWritable()) {
        if (inflight.fetch(d)) {
          awaitsPage = true;
          return Math.min(oldest, d.sentAtMillis);
        }
        inflight.repeat(socket, d);
        d.sentAtMillis = loop.nowMillis();
      }
      oldest = Math.min(oldest, d.sentAtMillis);
    }
    return oldest;
  }
}
