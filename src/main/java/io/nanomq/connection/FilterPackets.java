package io.nanomq.connection;

import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.TurnBudget;
import io.nanomq.memory.Account;
import io.nanomq.memory.Purpose;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The SUBSCRIBEs and UNSUBSCRIBEs of one loop that take several turns, or wait for a web server.
 * Decoded they cost ten times their bytes and more, so there is room for a few; others wait as they
 * came, where {@link io.nanomq.codec.UnfinishedBytes} counts them. Huge ones wait for each other
 * only, and one account has half of the room for the others.
 */
@LoopConfined
final class FilterPackets {
  /** A filter with its text's objects, its options and its code, in bytes. */
  private static final int FILTER_BYTES = 96;

  /** The fewest bytes that a filter takes in a packet: its length, and one character. */
  private static final int LEAST_BYTES = 3;

  /** What a web server is asked, and has said, costs as much again and its key. */
  private static final int ASKED_PARTS = 3;

  /** A packet that costs more than this part of the room is huge. */
  private static final int HUGE_PART = 16;

  private final ConnectionContext context;
  private final long limit;
  private long held;
  private long heldByHuge;

  FilterPackets(ConnectionContext context, int loops) {
    this.context = context;
    this.limit = context.budgets().of(Purpose.FILTERS).perLoop(loops);
  }

  /**
   * Whether there is room for one more; where not, its client is not read from until there is.
   *
   * @param packetBytes of the packet's body
   */
  boolean hasRoom(Connection connection, int packetBytes) {
    long cost = cost(packetBytes);
    Account account = connection.session().account();
    boolean fits = fits(account, cost);
    if (!fits) {
      connection.gate().awaitLoops(() -> !fits(account, cost));
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

  private boolean fits(@Nullable Account account, long cost) {
    if (isHuge(cost)) {
      return heldByHuge == 0;
    }
    long own = account == null ? 0 : account.held(Purpose.FILTERS);
    return (held == 0 || held + cost <= limit / 2) && (own == 0 || own + cost <= limit / 4);
  }

  private boolean isHuge(long cost) {
    return cost > limit / HUGE_PART;
  }

  /**
   * Counts a packet that waits.
   *
   * @return to be run when it waits no more
   */
  private Runnable count(Connection connection, long cost) {
    if (isHuge(cost)) {
      heldByHuge += cost;
      // Not the account's: its small ones do not wait for this one.
      return context.budgets().counted(Purpose.FILTERS, null, cost, () -> heldByHuge -= cost);
    }
    held += cost;
    Account account = connection.session().account();
    return context.budgets().counted(Purpose.FILTERS, account, cost, () -> held -= cost);
  }

  /** Begins with a packet for which there is room. */
  Work begin(Connection connection, int packetBytes) {
    return new Work(connection, cost(packetBytes));
  }

  /** What is done for the filters of one packet, so many a turn that others hardly notice. */
  final class Work implements Runnable {
    private final Connection connection;
    private final long cost;
    private Runnable release = () -> {};
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
        release = FilterPackets.this.count(connection, cost);
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
        release.run();
        connection.gate().readOn(ReadGate.PACKET);
      }
    }
  }
}
