package io.nanomq.queue;

import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.Timeout;
import io.nanomq.loop.TurnBudget;
import java.util.ArrayList;
import java.util.List;

/**
 * Windows of one loop that have more places than their messages need: a client that is busy fills
 * and empties its window many times a second, and to make it smaller and larger again each time
 * costs more than to keep it. They give places back within a moment; what all of them may have
 * until then is little, and belongs to the loop.
 */
@LoopConfined
public final class WideWindows extends Timeout {
  /** Places that all may keep: half a MiB. */
  static final int MOST_PLACES = 128 * 1024;

  private static final long KEPT_MILLIS = 100;

  private final LoopContext loop;
  private final List<InflightWindow> windows = new ArrayList<>();
  private int places;

  WideWindows(LoopContext loop) {
    this.loop = loop;
  }

  /**
   * A window does not need all of its places now.
   *
   * @param isNew whether it keeps none yet
   * @param more places that it would keep besides those that it keeps already
   * @return whether it may, until it is told to be narrow
   */
  boolean keep(InflightWindow window, boolean isNew, int more) {
    if (places + more > MOST_PLACES) {
      return false;
    }
    places += more;
    if (isNew) {
      windows.add(window);
    }
    if (!isArmed()) {
      loop.timer().arm(this, loop.nowMillis() + KEPT_MILLIS);
    }
    return true;
  }

  @Override
  protected void expired() {
    loop.budget().spend((long) TurnBudget.DELIVERY * windows.size());
    windows.forEach(InflightWindow::narrow);
    windows.clear();
    places = 0;
  }
}
