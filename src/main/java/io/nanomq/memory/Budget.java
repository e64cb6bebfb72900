package io.nanomq.memory;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that may be kept for one purpose, and who holds how many of them. One session may hold a
 * quarter. One account may hold three quarters while there is an eighth left for others, and three
 * sixteenths more in sessions that hold little each: who wants much is refused first, so that an
 * honest client with its few subscriptions still gets them behind the address of somebody who wants
 * everything. A smaller share would be too little where all clients stand behind one proxy.
 *
 * <p>Shared: counters that any thread may change. Where two ask for the last bytes at once, both
 * may be refused.
 */
public final class Budget {
  /** A session that holds less than this part holds little. */
  private static final int SMALL_PART = 2048;

  private final Purpose purpose;
  private final long limit;
  private final AtomicLong held = new AtomicLong();
  private final List<LongSupplier> countedElsewhere = new CopyOnWriteArrayList<>();

  /**
   * @param limit bytes that everybody together may hold
   */
  public Budget(Purpose purpose, long limit) {
    this.purpose = purpose;
    this.limit = limit;
  }

  public Purpose purpose() {
    return purpose;
  }

  /** Bytes that everybody together may hold. */
  public long limit() {
    return limit;
  }

  /** Bytes that are held now, those that others count among them; any thread may ask. */
  public long held() {
    long sum = held.get();
    for (LongSupplier part : countedElsewhere) {
      sum += part.getAsLong();
    }
    return sum;
  }

  /**
   * Part of it is counted, and bounded, by somebody else, as what each loop counts by itself.
   *
   * @param part bytes that are held now; asked by any thread
   */
  public void countedBy(LongSupplier part) {
    countedElsewhere.add(part);
  }

  /** The part of each of so many loops, for what a loop counts by itself. */
  public long perLoop(int loops) {
    return limit / loops;
  }

  /**
   * Takes bytes for a session.
   *
   * @param account whose session it is; null = the broker's own, or an administrator's, which only
   *     the limit holds for
   * @param own what the session holds already
   * @return whether they are taken; where not, nothing has changed
   */
  public boolean take(@Nullable Account account, long own, long bytes) {
    return take(account, own, bytes, own + bytes <= limit / SMALL_PART, true);
  }

  /**
   * Takes bytes for what outlives its connection: however little it is, it may not use up what is
   * left for those who are there.
   */
  public boolean takeLasting(@Nullable Account account, long own, long bytes) {
    return take(account, own, bytes, false, true);
  }

  /** Takes bytes for things that are as large for everybody: each counts as little. */
  public boolean takeOne(Account account, long bytes) {
    return take(account, 0, bytes, true, false);
  }

  private boolean take(
      @Nullable Account account, long own, long bytes, boolean isSmall, boolean hasQuota) {
    long all = held.addAndGet(bytes);
    long mine = account == null ? 0 : account.add(purpose, bytes);
    boolean fits =
        account == null || isSmall
            ? all <= limit && mine <= limit / 16 * 15
            : all <= limit / 8 * 7 && mine <= limit / 4 * 3 && own + bytes <= limit / 4;
    boolean isWithin = account == null || !hasQuota || account.isWithinQuota();
    if (!(fits && isWithin) && bytes > 0) {
      give(account, bytes);
      return false;
    }
    return true;
  }

  /** Counts bytes that are kept in any case: small ones that come with what was taken. */
  public void add(@Nullable Account account, long bytes) {
    held.addAndGet(bytes);
    if (account != null) {
      account.add(purpose, bytes);
    }
  }

  /** Gives bytes back. */
  public void give(@Nullable Account account, long bytes) {
    add(account, -bytes);
  }
}
