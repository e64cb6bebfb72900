package io.nanomq.queue;

import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.Timeout;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Tells that one loop has no room for messages that wait: in the log, and to whoever asks. */
@LoopConfined
final class MemoryShortage {
  private static final Logger LOG = Logger.getLogger(MemoryShortage.class);

  /** How long it counts as short after there was no room last, and how often the log says so. */
  private static final long LASTS_MILLIS = TimeUnit.MINUTES.toMillis(1);

  private static final int MIB = 1024 * 1024;

  private final LoopContext loop;
  private final Timeout end = Timeout.of(this::lookAgain);
  private volatile boolean now;
  private long lastMillis;
  private long times;

  MemoryShortage(LoopContext loop) {
    this.loop = loop;
  }

  /** Any thread may ask. */
  boolean isNow() {
    return now;
  }

  /**
   * There was no room for a message.
   *
   * @param bytes what is held
   * @param limit what may be held
   */
  void met(long bytes, long limit) {
    lastMillis = loop.nowMillis();
    times++;
    if (!now) {
      now = true;
      LOG.warnf(
          "No room for messages that wait on event loop %d: they take %d of %d MiB. Whoever holds"
              + " most loses first what is not on disk; see nanomq_dropped_total{reason=\"memory_full\"}",
          loop.index(), bytes / MIB, limit / MIB);
      loop.timer().arm(end, lastMillis + LASTS_MILLIS);
    }
  }

  private void lookAgain() {
    if (lastMillis + LASTS_MILLIS > loop.nowMillis()) {
      loop.timer().arm(end, lastMillis + LASTS_MILLIS);
    } else {
      now = false;
      LOG.infof(
          "There is room again for messages that wait on event loop %d; it was short %d times",
          loop.index(), times);
      times = 0;
    }
  }
}
