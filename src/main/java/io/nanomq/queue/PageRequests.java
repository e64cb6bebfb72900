package io.nanomq.queue;

import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.Timeout;
import io.nanomq.persistence.MessagePage;
import io.nanomq.persistence.SessionStore;
import java.util.function.Consumer;

/**
 * Asks the store for pages of one session, one at a time. Where one is of no use, as the disk fails
 * or there is no room, it may be asked for again after a while; each failure is a line in the log,
 * so the while grows.
 */
@LoopConfined
final class PageRequests {
  private static final int RETRY_MILLIS = 200;
  private static final int LONGEST_RETRY_MILLIS = 10_000;

  /** What a loop can take at once, with other work beside it. */
  private static final int MOST_TIMES = 8;

  private final LoopContext loop;
  private final SessionStore store;
  private boolean underWay;
  private int retryMillis = RETRY_MILLIS;
  private int times = 1;

  PageRequests(LoopContext loop, SessionStore store) {
    this.loop = loop;
    this.store = store;
  }

  /** Whether one is on its way, or is to be asked for again. */
  boolean isUnderWay() {
    return underWay;
  }

  /**
   * Asks for a page.
   *
   * @param from sequence of the first message
   */
  void ask(long session, long from, Consumer<MessagePage> then) {
    underWay = true;
    store.read(session, from, times, then);
  }

  /** So many times as large as usual the next page is. */
  int times() {
    return times;
  }

  /** All was sent before a page came: the next one is larger. */
  void hurry() {
    times = Math.min(2 * times, MOST_TIMES);
  }

  /** There is no room for larger ones. */
  void slowDown() {
    times = 1;
  }

  /**
   * A page has come.
   *
   * @param isOfUse whether to go on now and not after a while
   */
  void answered(MessagePage page, boolean isOfUse, Runnable goOn) {
    int delay = retryMillis;
    boolean fails = page.isFailed() && page.messages().isEmpty();
    retryMillis = fails ? Math.min(2 * delay, LONGEST_RETRY_MILLIS) : RETRY_MILLIS;
    if (isOfUse) {
      goOn(goOn);
    } else {
      goOnLater(delay, goOn);
    }
  }

  private void goOnLater(int delayMillis, Runnable goOn) {
    Timeout later = Timeout.of(() -> goOn(goOn));
    loop.timer().arm(later, loop.nowMillis() + delayMillis);
  }

  private void goOn(Runnable goOn) {
    underWay = false;
    goOn.run();
  }
}
