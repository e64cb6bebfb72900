package io.nanomq.codec;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what all connections together hold of packets and frames whose rest has not come: each may
 * hold one as large as {@code max_packet_size}, which nobody could pay for all of them. Where room
 * is short, whoever holds most for longest without going on gives way. Those that have not been let
 * in yet have a bound of their own, so that they cannot use up what the clients need.
 *
 * <p>Shared by all loops: a lock for each of the two bounds, taken only where more than {@value
 * #FREE} bytes are held.
 */
public final class UnfinishedBytes {
  /** What a connection holds up to here is not counted, but bounded by their number. */
  static final int FREE = 512;

  private final Pool strangers;
  private final Pool clients;

  /** Who holds something. */
  public interface Holder {
    /** It has to give back what it holds, as soon as it can; on any thread, once at most. */
    void giveWay();
  }

  /**
   * @param strangers bytes of connections without an accepted CONNECT
   * @param clients bytes of all others
   */
  public UnfinishedBytes(long strangers, long clients) {
    this(strangers, clients, () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
  }

  /** The same for tests, with a clock that never goes back. */
  UnfinishedBytes(long strangers, long clients, LongSupplier clockMillis) {
    this.strangers = new Pool(strangers, clockMillis);
    this.clients = new Pool(clients, clockMillis);
  }

  /** One of the two bounds. */
  private static final class Pool {
    private final UnfinishedHoldings holdings = new UnfinishedHoldings();
    private final LongSupplier clockMillis;
    private final long limit;
    private long held;
    // Of connections that were told to give way and have not yet: half the bound, and one packet.
    private long leaving;

    private Pool(long limit, LongSupplier clockMillis) {
      this.limit = limit;
      this.clockMillis = clockMillis;
    }

    private boolean change(Share share, int bytes) {
      List<Share> leavers = new ArrayList<>(0);
      boolean fits = change(share, bytes, leavers);
      for (int i = 0; i < leavers.size(); i++) {
        leavers.get(i).holder.giveWay();
      }
      return fits;
    }

    private synchronized boolean change(Share share, int bytes, List<Share> leavers) {
      if (share.isLeaving) {
        if (bytes < 0) {
          leaving += bytes;
          share.held += bytes;
        }
        return bytes < 0;
      }
      if (bytes > 0 && !fits(share, bytes)) {
        makeRoom(share, bytes, leavers);
        if (!fits(share, bytes)) {
          return false;
        }
      }
      held += bytes;
      share.held += bytes;
      holdings.changed(share, clockMillis.getAsLong());
      return true;
    }

    private boolean fits(Share share, int bytes) {
      // One alone may always, lest a packet that is allowed could never come.
      return held + bytes <= limit || held <= share.held;
    }

    private void makeRoom(Share share, int bytes, List<Share> leavers) {
      long now = clockMillis.getAsLong();
      while (!fits(share, bytes) && leaving <= limit / 2) {
        Share worst = holdings.takeWorst(share, now);
        if (worst == null) {
          return;
        }
        worst.isLeaving = true;
        held -= worst.held;
        leaving += worst.held;
        leavers.add(worst);
      }
    }

    private synchronized void remove(Share share) {
      held -= share.held;
      holdings.remove(share);
    }

    private synchronized void add(Share share) {
      held += share.held;
      holdings.changed(share, clockMillis.getAsLong());
    }

    private synchronized long total() {
      return held + leaving;
    }
  }

  /** Bytes held by connections that have not been let in, and by the others. */
  long held() {
    return strangers.total() + clients.total();
  }

  /** Those of connections that have not been let in; any thread may ask. */
  public long heldByStrangers() {
    return strangers.total();
  }

  /** Those of all others; any thread may ask. */
  public long heldByClients() {
    return clients.total();
  }

  /** A new connection's. */
  public Share share(Holder holder) {
    return new Share(holder);
  }

  /**
   * What one connection holds, in a packet and in a frame. On its loop, wherever that is; what is
   * counted is guarded by the lock of its bound.
   */
  public final class Share {
    private final Holder holder;
    private Pool pool = strangers;
    private int all;
    private boolean isLeaving;
    int held;
    UnfinishedHoldings.@Nullable Place place;

    private Share(Holder holder) {
      this.holder = holder;
    }

    /** Bytes that are held, those that are not counted with them. */
    public int bytes() {
      return all;
    }

    /**
     * What held {@code before} bytes holds {@code now} bytes.
     *
     * @return whether that is all right; where not, it counts as before
     */
    public boolean change(int before, int now) {
      int more = counted(now) - counted(before);
      boolean isTaken = more == 0 || pool.change(this, more);
      all += isTaken ? now - before : 0;
      return isTaken;
    }

    private static int counted(int bytes) {
      return bytes > FREE ? bytes : 0;
    }

    /** The CONNECT was accepted. */
    void admit() {
      if (held == 0) {
        pool = clients;
      } else if (!isLeaving) {
        strangers.remove(this);
        pool = clients;
        clients.add(this);
      }
    }
  }
}
