package io.nanomq.connection;

import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.TurnBudget;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntPredicate;

/**
 * The SUBSCRIBEs and UNSUBSCRIBEs of one loop that take several turns, or wait for a web server.
 * Decoded they cost ten times their bytes and more, so there is room for a few; others wait as they
 * came, where {@link io.nanomq.codec.UnfinishedBytes} counts them. Small ones have a room of their
 * own: they do not wait for large ones.
 */
@LoopConfined
final class FilterPackets {
  /** A filter with its text's objects, its options and its code, in bytes. */
  private static final int FILTER_BYTES = 96;

  /** The fewest bytes that a filter takes in a packet: its length, and one character. */
  private static final int LEAST_BYTES = 3;

  /** A packet that costs no more, in bytes, is a small one: some sixteen filters. */
  private static final int SMALL_BYTES = 2048;

  /** What a web server is asked, and has said, costs as much again and its key. */
  private static final int ASKED_PARTS = 3;

  private final ConnectionContext context;
  private final long limit;
  // Written by the loop; any thread may look.
  private final AtomicLong small = new AtomicLong();
  private final AtomicLong large = new AtomicLong();

  /**
   * @param limit bytes that all of the loop may keep; a single large one may cost more
   */
  FilterPackets(ConnectionContext context, long limit) {
    this.context = context;
    this.limit = limit;
  }

  /** What is kept now, in bytes; any thread may ask. */
  long bytes() {
    return small.get() + large.get();
  }

  /**
   * Whether there is room for one more; where not, its client is not read from until there is.
   *
   * @param packetBytes of the packet's body
   */
  boolean hasRoom(Connection connection, int packetBytes) {
    long cost = cost(packetBytes);
    boolean fits = fits(cost);
    if (!fits) {
      connection.gate().awaitLoops(() -> !fits(cost));
    }
    return fits;
  }

  private long cost(int packetBytes) {
    long most = context.conf().client().maxFiltersPerPacket();
    long filters = Math.min(most, packetBytes / LEAST_BYTES);
    // Most texts take a byte a character, and two once one of them has an accent.
    return (filters * FILTER_BYTES + 2L * packetBytes)
        * (context.access().asks() ? ASKED_PARTS : 1);
  }

  private boolean fits(long cost) {
    long held = of(cost).get();
    return held == 0 || held + cost <= limit / 2;
  }

  private AtomicLong of(long cost) {
    return cost <= SMALL_BYTES ? small : large;
  }

  /** Begins with a packet for which there is room. */
  Work begin(Connection connection, int packetBytes) {
    return new Work(connection, cost(packetBytes));
  }

  /** What is done for the filters of one packet, so many a turn that others hardly notice. */
  final class Work implements Runnable {
    private final Connection connection;
    private final long cost;
    private int next;
    private boolean waits;
    private int count;
    private IntPredicate step = i -> true;
    private Runnable end = () -> {};

    private Work(Connection connection, long cost) {
      this.connection = connection;
      this.cost = cost;
    }

    /**
     * Does it. The client is not read from until all is done, and nothing more is done once it has
     * gone.
     *
     * @param step does something for filter {@code i}, once; false = this is to be {@link #run}
     *     before it goes on
     * @param last what comes then
     */
    void each(int filters, IntPredicate step, Runnable last) {
      this.count = filters;
      this.step = step;
      this.end = last;
      goOn();
      if (waits) {
        of(cost).addAndGet(cost);
        connection.gate().shut(ReadGate.PACKET);
      }
    }

    private void goOn() {
      TurnBudget budget = context.loop().budget();
      int first = next;
      // At least one, whatever else the turn has done.
      while (next < count && (next == first || !budget.isUsedUp())) {
        if (!step.test(next++)) {
          waits = true;
          return;
        }
      }
      waits = next < count;
      if (waits) {
        budget.behindOthers(this);
      } else {
        end.run();
      }
    }

    /** Goes on in a later turn. */
    @Override
    public void run() {
      waits = false;
      if (connection.isConnected()) {
        connection.attempt(this::goOn);
      }
      if (!waits) {
        of(cost).addAndGet(-cost);
        connection.gate().readOn(ReadGate.PACKET);
      }
    }
  }
}
