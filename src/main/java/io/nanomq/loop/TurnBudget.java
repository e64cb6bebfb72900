package io.nanomq.loop;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jboss.logging.Logger;

/**
 * What a loop may still do in this turn, so that one client's work is never long for the others.
 * Whoever works says how much it was; whoever would begin more asks whether the turn is used up,
 * and waits for the next one if so. All that a turn does counts into this one number.
 *
 * <p>A unit is about a tenth of a microsecond of a slow machine: a used-up turn is some
 * milliseconds long. What is begun is done, so a turn may take a little more than there is.
 */
@LoopConfined
public final class TurnBudget {
  /** A packet, whatever is in it. */
  public static final int PACKET = 1;

  /** A WebSocket frame, besides what is in it: it is an object, and so is its content. */
  public static final int FRAME = 40;

  /** A step down the tree of filters or of retained messages. */
  public static final int VISIT = 2;

  /** A message that is given to one recipient; its bytes are counted apart. */
  public static final int DELIVERY = 4;

  /** A filter that a client subscribes to or unsubscribes from, or that goes with its session. */
  public static final int FILTER = 32;

  /** A connection that is accepted, let in or ended. */
  public static final int CONNECTION = 512;

  /** A TLS handshake that begins: its engine, and what the client has sent first. */
  public static final int TLS_HANDSHAKE = 8 * 1024;

  /** One that is given up: the client is told, and its engine is closed. */
  public static final int TLS_END = 4 * 1024;

  /** What a turn may do: 12,288 deliveries. */
  public static final int PER_TURN = 12 * 1024 * DELIVERY;

  /** What each kind of work that waits may do, however much the turn has done before. */
  public static final int RESERVED = PER_TURN / 4;

  /** The part of a turn that one operation gets which takes very many: some 1 or 2 milliseconds. */
  public static final int SLICE = PER_TURN / 16;

  private static final Logger LOG = Logger.getLogger(TurnBudget.class);

  /** Copying fewer is within what the delivery itself counts. */
  private static final int SMALL_BYTES = 1024;

  /** As many bytes cost the kernel one unit to copy. */
  private static final int BYTES_SHIFT = 7;

  /** Units for which they are copied here as well, before that. */
  private static final int COPIED_TWICE = 16;

  /** From here on the kernel has to find new pages for them, which may cost more than to copy. */
  private static final int LARGE_BYTES = 64 * 1024;

  // A message of 800 KB is a turn by itself: others wait for one such write, not for two.
  private static final int LARGE_SHIFT = 4;

  private final LoopContext loop;
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private final Queue<Runnable> behind = new ArrayDeque<>();
  private final Runnable serve = this::serve;
  private long left = PER_TURN;

  TurnBudget(LoopContext loop) {
    this.loop = loop;
  }

  /** What {@code bytes} of one message cost each recipient, besides {@link #DELIVERY}. */
  public static int ofBytes(int bytes) {
    if (bytes >= LARGE_BYTES) {
      return bytes >> LARGE_SHIFT;
    }
    int once = bytes >> BYTES_SHIFT;
    return bytes < SMALL_BYTES ? 0 : once + Math.min(once, COPIED_TWICE);
  }

  /** Work was done; once a turn's worth of it was, the turn ends as soon as it can. */
  public void spend(long units) {
    left -= units;
    if (left <= 0) {
      // Where nobody writes to a socket nothing else would end the turn.
      loop.endThisTurn();
    }
  }

  /** Whether nothing that can wait should be begun in this turn. */
  public boolean isUsedUp() {
    return left <= 0;
  }

  /** Units that are left; 0 or less = used up. */
  public long left() {
    return left;
  }

  /** Makes sure that work which other work could keep from its turn for ever gets a part of it. */
  public void reserve() {
    left = Math.max(left, RESERVED);
  }

  /**
   * Does something in the next turn, after what came before it and waits, too. It waits once more
   * where that turn is used up as well, and then comes first.
   */
  public void nextTurn(Runnable work) {
    assert loop.isHere() : "work of another thread for the next turn";
    waiting.add(work);
    loop.endThisTurn();
  }

  /**
   * As {@link #nextTurn}, behind all that waits there: for whoever has much to do, so that those
   * with little never wait for more than a turn of it. A part of each turn is theirs.
   */
  public void behindOthers(Runnable work) {
    behind.add(work);
    loop.endThisTurn();
  }

  /** As {@link #nextTurn} for what begins with a message of so many bytes: a large one is much. */
  public void nextTurn(Runnable work, int bytes) {
    if (bytes >= LARGE_BYTES) {
      behindOthers(work);
    } else {
      nextTurn(work);
    }
  }

  /** The turn is over. */
  void renew() {
    left = PER_TURN;
    if (isAnyWaiting()) {
      loop.eventLoop().execute(serve);
    }
  }

  private boolean isAnyWaiting() {
    return !waiting.isEmpty() || !behind.isEmpty();
  }

  private void serve() {
    serve(waiting);
    serve(behind);
    if (isAnyWaiting()) {
      loop.endThisTurn();
    }
  }

  /** Those that wait now, not those that come while they are served. */
  private void serve(Queue<Runnable> queue) {
    reserve();
    for (int i = queue.size(); i > 0 && !isUsedUp(); i--) {
      serve(queue.remove());
    }
  }

  /** Work that fails must not keep the others from being done. */
  private static void serve(Runnable work) {
    try {
      work.run();
    } catch (Throwable failure) {
      LOG.error("What waited for its turn failed", failure);
    }
  }
}
