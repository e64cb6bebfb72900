package io.nanomq.listener;

import io.nanomq.loop.BlockingWork;
import io.nanomq.loop.FairQueue;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the TLS handshakes of all listeners: how many are under way, since each keeps some tens of
 * KiB, and how many wait to begin. Those that wait take turns by where they come from. What they
 * compute is done on threads of a lower priority than the event loops', two milliseconds of
 * processor each.
 *
 * <p>Shared by all loops: one lock, held for a few steps at the beginning and the end of a
 * handshake.
 */
public final class TlsHandshakes implements AutoCloseable {
  /** Heap of which one handshake under way is allowed: it takes a twentieth of that. */
  private static final long HEAP_BYTES_FOR_ONE = 1024 * 1024;

  private static final int LEAST = 64;
  private static final int MOST = 4096;

  /** How many times as many may wait, each with the first bytes that came from it. */
  private static final int WAITING = 8;

  private static final int PATIENCE_MILLIS = 2_000;
  private static final int PATIENCE_IN_A_CROWD_MILLIS = 500;

  private final BlockingWork threads;
  private final int most;
  private final FairQueue<Turn> waiting = new FairQueue<>();
  private int underWay;

  /** A handshake that waits for its turn. Both are called once at most, on any thread. */
  interface Turn {
    void begin();

    /** There is no room, nor will there be. */
    void refused();
  }

  /** As many as the heap and the processors of this process allow. */
  public TlsHandshakes() {
    this(
        Runtime.getRuntime().availableProcessors(),
        (int)
            Math.min(MOST, Math.max(LEAST, Runtime.getRuntime().maxMemory() / HEAP_BYTES_FOR_ONE)));
  }

  /**
   * @param processors threads for what handshakes compute
   * @param most how many may be under way
   */
  public TlsHandshakes(int processors, int most) {
    this.most = most;
    // One step of each that is under way, and what those that have gone have left.
    threads = new BlockingWork("nanomq-tls", processors, most * WAITING);
  }

  /** Lets a handshake begin, now or when its turn comes; {@link #end} has to follow that. */
  void enter(Object from, Turn turn) {
    boolean begins;
    Turn out = null;
    // In one step: one that ended in between would let nobody begin who comes to wait after it.
    synchronized (waiting) {
      begins = underWay < most;
      if (begins) {
        underWay++;
      } else {
        out = displacedBy(from, turn);
      }
    }
    if (begins) {
      turn.begin();
    } else if (out != null) {
      out.refused();
    }
  }

  /**
   * Who does not wait any more, so that this one can: itself where there is no room; null = none.
   */
  private @Nullable Turn displacedBy(Object from, Turn turn) {
    Turn out = waiting.size() < most * WAITING ? null : waiting.displaceFor(from);
    if (out == null && waiting.size() >= most * WAITING) {
      return turn;
    }
    waiting.add(from, turn);
    return out;
  }

  /** Forgets a handshake that waits; one whose turn has come is told so nevertheless. */
  void leave(Object from, Turn turn) {
    synchronized (waiting) {
      waiting.remove(from, turn);
    }
  }

  /** One that had begun is done or has failed: the next one begins. */
  void end() {
    Turn next;
    synchronized (waiting) {
      next = waiting.poll();
      underWay -= next == null ? 1 : 0;
    }
    if (next != null) {
      next.begin();
    }
  }

  /** Does a step of a handshake that is under way. */
  void submit(Object from, BlockingWork.Work step) {
    threads.submit(from, step);
  }

  /**
   * How long a client may leave its handshake lying, in milliseconds: as long as it likes while
   * there is room, apart from the deadline of each handshake.
   */
  long patienceMillis() {
    int crowd;
    synchronized (waiting) {
      crowd = waiting.size();
    }
    if (crowd == 0) {
      return Long.MAX_VALUE;
    }
    return crowd < most ? PATIENCE_MILLIS : PATIENCE_IN_A_CROWD_MILLIS;
  }

  @Override
  public void close() {
    threads.close();
  }
}
