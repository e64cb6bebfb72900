package io.nanomq.loop;

import io.nanomq.metrics.LoopCounters;
import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadEventLoop;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One event loop with what belongs to it: time, timers, counters, and what to do as a turn ends.
 */
@LoopConfined
public final class LoopContext {
  private static final Logger LOG = Logger.getLogger(LoopContext.class);

  private static final int INITIAL = 64;
  private static final int MAX_KEPT = 16 * 1024;

  /** With fewer messages in and out in a tick nobody waits for anybody. */
  static final int BUSY_MESSAGES = 20;

  private final int index;
  private final EventLoop eventLoop;
  private final LongSupplier clockMillis;
  private final LoopTimer timer;
  private final LoopLag lag = new LoopLag(System.nanoTime());
  private final LoopCounters counters = new LoopCounters();
  private final TurnBudget budget = new TurnBudget(this);
  private final Runnable endTurn = this::endTurn;
  private final Runnable advanceTimer = this::advanceTimer;
  private TurnEnd[] pending = new TurnEnd[INITIAL];
  private int pendingCount;
  private @Nullable TurnEnd first;
  private boolean endScheduled;
  private long nowMillis;
  private long turn;
  private long messagesAtTick;
  private volatile boolean busy;

  /** Work that is put off to the end of the loop's turn, to be done once for all that happened. */
  public interface TurnEnd {
    void endOfTurn();
  }

  /**
   * @param index 0 to the number of loops less one
   * @param clockMillis a clock that never goes back, the same for all loops
   */
  public LoopContext(int index, EventLoop eventLoop, LongSupplier clockMillis) {
    this.index = index;
    this.eventLoop = eventLoop;
    this.clockMillis = clockMillis;
    this.nowMillis = clockMillis.getAsLong();
    this.timer = new LoopTimer(nowMillis, budget);
  }

  /** Lets the loop's time run, until the returned handle is run. */
  Runnable startTicking() {
    var future =
        eventLoop.scheduleAtFixedRate(
            this::tick, LoopTimer.TICK_MILLIS, LoopTimer.TICK_MILLIS, TimeUnit.MILLISECONDS);
    // After a stall the ones that were missed are not made up for: they would be a stall
    // themselves.
    var probe =
        eventLoop.scheduleWithFixedDelay(
            () -> lag.tick(System.nanoTime()),
            LoopLag.PERIOD_MILLIS,
            LoopLag.PERIOD_MILLIS,
            TimeUnit.MILLISECONDS);
    return () -> {
      future.cancel(false);
      probe.cancel(false);
    };
  }

  /** One step of the loop's time; called by its own schedule, and by tests. */
  public void tick() {
    nowMillis = clockMillis.getAsLong();
    budget.reserve();
    advanceTimer();
    long messages = counters.publishesReceived + counters.publishesSent;
    boolean flowing = messages - messagesAtTick >= BUSY_MESSAGES;
    messagesAtTick = messages;
    if (flowing != busy) {
      busy = flowing;
    }
  }

  private void advanceTimer() {
    // As many as there is room for: a hundred thousand may have the same deadline.
    if (!timer.advance(nowMillis)) {
      budget.nextTurn(advanceTimer);
    }
  }

  /**
   * Whether messages flow: {@value #BUSY_MESSAGES} or more in the last tick; any thread may ask.
   */
  public boolean isBusy() {
    return busy;
  }

  /**
   * Whether the caller runs on this loop, for what belongs to it alone: entry points assert it,
   * which costs nothing where assertions are off.
   */
  public boolean isHere() {
    return eventLoop.inEventLoop();
  }

  public int index() {
    return index;
  }

  public EventLoop eventLoop() {
    return eventLoop;
  }

  public LoopTimer timer() {
    return timer;
  }

  /** What the loop may still do in this turn. */
  public TurnBudget budget() {
    return budget;
  }

  /** How late the loop comes to its work; any thread may ask. */
  public LoopLag lag() {
    return lag;
  }

  public LoopCounters counters() {
    return counters;
  }

  /** Milliseconds on the common clock, at most one tick old. */
  public long nowMillis() {
    return nowMillis;
  }

  /** Counts the turns in which something was put off to their end. */
  public long turn() {
    return turn;
  }

  /**
   * Has {@code work} done as the turn ends. Whoever asks makes sure to ask once a turn, by a flag
   * of its own.
   */
  public void atTurnEnd(TurnEnd work) {
    assert isHere() : "work of another thread for the end of a turn";
    endThisTurn();
    if (pendingCount == pending.length) {
      pending = Arrays.copyOf(pending, pendingCount * 2);
    }
    pending[pendingCount++] = work;
  }

  /**
   * Has {@code work} done ahead of all that {@link #atTurnEnd} was asked for: messages before
   * acknowledgements. There is one such work a loop, the one that hands over to other loops.
   */
  public void firstAtTurnEnd(TurnEnd work) {
    endThisTurn();
    first = work;
  }

  /** Lets the turn end when the loop has done what it has now, whatever it does next. */
  void endThisTurn() {
    if (!endScheduled) {
      endScheduled = true;
      if (eventLoop instanceof SingleThreadEventLoop loop) {
        loop.executeAfterEventLoopIteration(endTurn);
      } else {
        eventLoop.execute(endTurn);
      }
    }
  }

  private void endTurn() {
    endScheduled = false;
    turn++;
    TurnEnd ahead = first;
    first = null;
    if (ahead != null) {
      end(ahead);
    }
    // What is done may ask for more, which then stands behind it.
    for (int i = 0; i < pendingCount; i++) {
      end(pending[i]);
    }
    // Nothing is held on to; a turn with very many leaves no large array behind.
    if (pendingCount > MAX_KEPT) {
      pending = new TurnEnd[INITIAL];
    } else {
      Arrays.fill(pending, 0, pendingCount, null);
    }
    pendingCount = 0;
    budget.renew();
  }

  /** Work that fails must not keep the others from being done, in this turn or any other. */
  private static void end(TurnEnd work) {
    try {
      work.endOfTurn();
    } catch (Throwable failure) {
      LOG.error("The end of a turn failed", failure);
    }
  }
}
