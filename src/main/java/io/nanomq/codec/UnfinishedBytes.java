package io.nanomq.codec;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds what all connections together hold of packets whose rest has not come: each may hold one
 * as large as {@code max_packet_size}, which nobody could pay for all of them. Those that have not
 * been let in yet have a bound of their own, so that they cannot use up what the clients need.
 *
 * <p>Shared by all loops: two counters, touched only where more than {@value #FREE} bytes are held.
 */
public final class UnfinishedBytes {
  /** What a connection holds up to here is not counted, but bounded by their number. */
  static final int FREE = 512;

  private final Pool strangers;
  private final Pool clients;

  /**
   * @param strangers bytes of connections without an accepted CONNECT
   * @param clients bytes of all others
   */
  public UnfinishedBytes(long strangers, long clients) {
    this.strangers = new Pool(strangers);
    this.clients = new Pool(clients);
  }

  private static final class Pool {
    private final AtomicLong held = new AtomicLong();
    private final long limit;

    private Pool(long limit) {
      this.limit = limit;
    }

    /**
     * @param own what the connection has taken before
     */
    private boolean take(int bytes, int own) {
      long now = held.addAndGet(bytes);
      // One alone may always, lest a packet that is allowed could never come.
      boolean isOver = bytes > 0 && now > limit && now > own + bytes;
      if (isOver) {
        held.addAndGet(-bytes);
      }
      return !isOver;
    }
  }

  /** Bytes held by connections that have not been let in, and by the others. */
  long held() {
    return strangers.held.get() + clients.held.get();
  }

  /** A new connection's. */
  public Share share() {
    return new Share();
  }

  /** What one connection holds, in a packet and in a frame. On its loop, wherever that is. */
  public final class Share {
    private Pool pool = strangers;
    private int held;

    private Share() {}

    /**
     * What held {@code before} bytes holds {@code now} bytes.
     *
     * @return whether that is all right; where not, it counts as before
     */
    public boolean change(int before, int now) {
      int more = counted(now) - counted(before);
      if (more == 0) {
        return true;
      }
      boolean isTaken = pool.take(more, held);
      held += isTaken ? more : 0;
      return isTaken;
    }

    private static int counted(int bytes) {
      return bytes > FREE ? bytes : 0;
    }

    /** The CONNECT was accepted. */
    void admit() {
      pool.held.addAndGet(-held);
      pool = clients;
      pool.held.addAndGet(held);
    }
  }
}
