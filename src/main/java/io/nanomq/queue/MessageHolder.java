package io.nanomq.queue;

import io.nanomq.loop.LoopConfined;
import io.nanomq.persistence.SessionStore;

/** A session that keeps messages: {@link HeldMessages} knows how much, and who has most. */
@LoopConfined
public abstract class MessageHolder extends SizedHolder {
  final AccountHolder account;

  /**
   * @param account who is charged for what it keeps
   */
  protected MessageHolder(AccountHolder account) {
    this.account = account;
  }

  /**
   * Whether it should keep no more in the store, which others need.
   *
   * @param own bytes that it has there only
   */
  public final boolean isBeyondShare(SessionStore store, long own) {
    return account.isBeyondShare(store, own);
  }

  /** Whether others need the room in the store that one more message would take, of any queue. */
  public final boolean hasShareOf(SessionStore store) {
    return account.hasShareOf(store);
  }

  /**
   * Gives up one message, the newest of those that it has not sent where there is any.
   *
   * @return whether it had one
   */
  public abstract boolean shed();

  /**
   * Drops the messages of its queue whose time is over.
   *
   * @return how many it has looked at
   */
  public abstract int dropExpired();
}
