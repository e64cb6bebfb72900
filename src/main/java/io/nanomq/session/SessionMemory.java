package io.nanomq.session;

import io.nanomq.authz.AccessRoom;
import io.nanomq.loop.LoopConfined;
import io.nanomq.memory.Account;
import io.nanomq.memory.Budget;
import io.nanomq.memory.HeapBytes;
import io.nanomq.packet.Connect;
import io.nanomq.packet.Will;
import io.nanomq.persistence.SessionStore;
import io.nanomq.router.Subscriber;
import org.jspecify.annotations.Nullable;

/**
 * What one session holds of the sessions' budget: its record, the CONNECT's texts, its will, and
 * what grows with what its client does. Changes come with a growing array, not with a message.
 */
@LoopConfined
final class SessionMemory implements AccessRoom {
  /**
   * A session, its places in the registry, its CONNECT, who it is, timers, its end of an account
   * and the first places of what it gets and has got.
   */
  private static final int SESSION_BYTES = 1120;

  /** What says of a will where it stands in the store. */
  private static final int WILL_RECORD_BYTES = 360;

  private final Budget budget;
  private final @Nullable Account account;
  // Whether there is a store that has to know where on disk it stands.
  private final boolean stores;
  private long bytes;
  // Of these, what the store takes for its subscriptions.
  private long stored;
  private boolean counted;
  // Of these, what the record and the CONNECT cost.
  private long record;
  private boolean closed;

  /**
   * @param stores whether what outlives the process is stored
   */
  SessionMemory(Budget budget, @Nullable Account account, boolean stores) {
    this.budget = budget;
    this.account = account;
    this.stores = stores;
  }

  /** What a session costs that such a CONNECT begins, in bytes. */
  static int cost(Connect connect) {
    Will will = connect.will();
    return SESSION_BYTES
        + HeapBytes.string(connect.clientId())
        + cost(connect.username())
        + cost(connect.authenticationMethod())
        + (will == null ? 0 : cost(will));
  }

  /** What a will costs, in bytes. */
  static int cost(Will will) {
    return will.keptBytes() + (will.outlivesProcess() ? WILL_RECORD_BYTES : 0);
  }

  /** What a session costs with its CONNECT and a will that waits, in bytes. */
  static int cost(Session session) {
    Will waiting = session.pendingWill;
    return cost(session.connect()) + (waiting == null ? 0 : waiting.keptBytes());
  }

  private static int cost(@Nullable String text) {
    return text == null ? 0 : HeapBytes.string(text);
  }

  @Nullable Account account() {
    return account;
  }

  /**
   * Takes what a CONNECT costs, in place of what the one before cost.
   *
   * @param lasts whether the session outlives its connection
   * @return whether there is room; where not, nothing has changed
   */
  boolean open(int cost, boolean lasts) {
    long all = cost + (lasts && stores ? SessionStore.SESSION_BYTES : 0);
    long more = all - record;
    boolean isTaken =
        lasts ? budget.takeLasting(account, bytes, more) : budget.take(account, bytes, more);
    if (isTaken) {
      bytes += more;
      record = all;
    }
    return isTaken;
  }

  /** It costs as much as it does now, which is counted whether there is room or not. */
  void count(Session session) {
    boolean isStored = isStored(session);
    record(cost(session) + (isStored ? SessionStore.SESSION_BYTES : 0));
    if (!isStored || stored == 0) {
      long now = 0;
      if (isStored) {
        for (Subscriber each : session.subscriptions()) {
          now += storedBytes(each.filter());
        }
      }
      budget.add(account, now - stored);
      bytes += now - stored;
      stored = now;
    }
  }

  private boolean isStored(Session session) {
    return stores && session.records != null;
  }

  /** What the store takes in memory to know where a subscription stands. */
  private static int storedBytes(String filter) {
    return SessionStore.SUBSCRIPTION_BYTES + HeapBytes.string(filter);
  }

  /**
   * A subscription is about to be added.
   *
   * @return whether there is room for what the store has to know of it
   */
  boolean takeStored(Session session, String filter) {
    int more = isStored(session) ? storedBytes(filter) : 0;
    boolean isTaken = more == 0 || take(more);
    stored += isTaken ? more : 0;
    return isTaken;
  }

  /** A subscription is gone, or was not added. */
  void giveStored(Session session, String filter) {
    if (!closed && isStored(session)) {
      int fewer = storedBytes(filter);
      stored -= fewer;
      give(fewer);
    }
  }

  /**
   * Counts a session of the account, once.
   *
   * @param most that it may have, 0 = no bound
   * @return false = it has as many
   */
  boolean countSession(int most) {
    counted = counted || account == null || account.addSession(most);
    return counted;
  }

  /** The record costs this now, which is counted whether there is room or not. */
  void record(long cost) {
    budget.add(account, cost - record);
    bytes += cost - record;
    record = cost;
  }

  /**
   * Takes bytes for what the client makes the session keep.
   *
   * @return whether there is room; where not, nothing has changed
   */
  @Override
  public boolean take(int more) {
    boolean isTaken = !closed && budget.take(account, bytes, more);
    bytes += isTaken ? more : 0;
    return isTaken;
  }

  /**
   * Takes {@code after} bytes in place of {@code before}.
   *
   * @return whether there is room; where not, nothing has changed
   */
  boolean exchange(int before, int after) {
    if (after > before) {
      return take(after - before);
    }
    give(before - after);
    return true;
  }

  @Override
  public void give(int fewer) {
    if (closed) {
      return; // all of it was given back at once
    }
    bytes -= fewer;
    budget.give(account, fewer);
  }

  /** The session has ended. */
  void close() {
    if (counted && account != null) {
      account.removeSession();
    }
    counted = false;
    budget.give(account, bytes);
    closed = true;
    bytes = 0;
    record = 0;
    stored = 0;
  }
}
