package io.nanomq.session;

import io.nanomq.authz.AccessRoom;
import io.nanomq.loop.LoopConfined;
import io.nanomq.memory.Account;
import io.nanomq.memory.Budget;
import io.nanomq.memory.HeapBytes;
import io.nanomq.packet.Connect;
import io.nanomq.packet.Will;
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
  private long bytes;
  private boolean counted;
  // Of these, what the record and the CONNECT cost.
  private long record;
  private boolean closed;

  SessionMemory(Budget budget, @Nullable Account account) {
    this.budget = budget;
    this.account = account;
  }

  /** What a session costs that such a CONNECT begins, in bytes. */
  static int cost(Connect connect) {
    Will will = connect.will();
    return SESSION_BYTES
        + HeapBytes.string(connect.clientId())
        + cost(connect.username())
        + cost(connect.authenticationMethod())
        + (will == null ? 0 : will.keptBytes() + (will.outlivesProcess() ? WILL_RECORD_BYTES : 0));
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
    long more = cost - record;
    boolean isTaken =
        lasts ? budget.takeLasting(account, bytes, more) : budget.take(account, bytes, more);
    if (isTaken) {
      bytes += more;
      record = cost;
    }
    return isTaken;
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
  void record(int cost) {
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
  }
}
