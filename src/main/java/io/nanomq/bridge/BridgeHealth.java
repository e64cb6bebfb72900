package io.nanomq.bridge;

import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.Timeout;
import java.util.function.Consumer;

/**
 * How a bridge fares: how many messages a second, and for how long it has had no connection. Looked
 * at once a second.
 */
@LoopConfined
final class BridgeHealth {
  private static final long BEAT_MILLIS = 1_000;
  private static final int SAMPLES = 11;
  private static final long NOT_DOWN = -1;

  private final LoopContext loop;
  private final BridgeFigures figures;
  private final Consumer<Boolean> tell;
  private final Runnable looked;
  private final long[] sent = new long[SAMPLES];
  private final long[] received = new long[SAMPLES];
  private final long[] atMillis = new long[SAMPLES];
  private final Timeout beat = Timeout.of(this::beat);
  private int samples;
  private long downSinceMillis = NOT_DOWN;
  private long patienceMillis;
  private boolean told;

  /**
   * @param looked is called once a second
   * @param tell is told once that the bridge stays down (false), and then that it is up again
   */
  BridgeHealth(LoopContext loop, BridgeFigures figures, Consumer<Boolean> tell, Runnable looked) {
    this.loop = loop;
    this.figures = figures;
    this.tell = tell;
    this.looked = looked;
  }

  /** It has a connection. */
  void up() {
    off();
    if (told) {
      told = false;
      tell.accept(true);
    }
  }

  /**
   * It has no connection, and is to have one.
   *
   * @param patience milliseconds for which that is as it happens; at least a second
   */
  void down(long patience) {
    patienceMillis = Math.max(BEAT_MILLIS, patience);
    if (downSinceMillis == NOT_DOWN) {
      downSinceMillis = loop.nowMillis();
    }
    if (samples == 0) {
      beat();
    }
  }

  /** It is to have no connection. */
  void off() {
    downSinceMillis = NOT_DOWN;
  }

  private void beat() {
    int at = samples++ % SAMPLES;
    sent[at] = figures.sent;
    received[at] = figures.received;
    atMillis[at] = loop.nowMillis();
    if (!told && downSinceMillis != NOT_DOWN && downMillis() >= patienceMillis) {
      told = true;
      tell.accept(false);
    }
    looked.run();
    loop.timer().arm(beat, loop.nowMillis() + BEAT_MILLIS);
  }

  private long downMillis() {
    return downSinceMillis == NOT_DOWN ? 0 : loop.nowMillis() - downSinceMillis;
  }

  long downSeconds() {
    return downMillis() / 1000;
  }

  /** Messages a second since ten seconds ago, or since it began. */
  BridgeStatus.Rates rates() {
    if (samples == 0) {
      return new BridgeStatus.Rates(0, 0);
    }
    int oldest = samples < SAMPLES ? 0 : samples % SAMPLES;
    double seconds = Math.max(BEAT_MILLIS, loop.nowMillis() - atMillis[oldest]) / 1000.0;
    return new BridgeStatus.Rates(
        tenths((figures.sent - sent[oldest]) / seconds),
        tenths((figures.received - received[oldest]) / seconds));
  }

  private static double tenths(double value) {
    return Math.round(value * 10) / 10.0;
  }

  void close() {
    loop.timer().cancel(beat);
  }
}
