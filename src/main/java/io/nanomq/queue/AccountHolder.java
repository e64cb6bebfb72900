package io.nanomq.queue;

import io.nanomq.loop.LoopConfined;
import io.nanomq.memory.Account;
import io.nanomq.persistence.MessagePage;
import io.nanomq.persistence.SessionStore;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The sessions of one account, a user or an address, that keep messages on one loop. */
@LoopConfined
public final class AccountHolder extends SizedHolder {
  private static final Logger LOG = Logger.getLogger(AccountHolder.class);

  /** Null = those of nobody. */
  final @Nullable Account account;

  final SizeClasses<MessageHolder> sessions = new SizeClasses<>();
  int sessionCount;
  // Messages of its sessions in memory.
  int heldMessages;
  // What its queues have in the store only, each message as often as it is in one.
  private long storedBytes;
  private long storedMessages;
  private boolean told;

  AccountHolder(@Nullable Account account) {
    this.account = account;
  }

  /** A queue has so much more in the store only, or less. */
  void stores(int messages, long bytes) {
    storedMessages += messages;
    storedBytes += bytes;
    if (told) {
      told = storedMessages + heldMessages > 0;
    }
  }

  /**
   * Whether a queue should get no longer.
   *
   * @param own bytes of it that are in the store only
   * @see SessionStore#isBeyondShare
   * @see SessionStore#isNearlyFullOfMessages
   */
  boolean isBeyondShare(SessionStore store, long own) {
    boolean isLong = own > MessagePage.MOST_BYTES;
    boolean isBeyond = isLong && store.isNearlyFullOfMessages() || hasItsShare(store, own);
    if (isBeyond && !told) {
      told = true;
      LOG.warnf(
          "The store gets full, and %d messages wait for sessions of %s: further ones for these are"
              + " dropped",
          storedMessages + heldMessages,
          account == null ? "an earlier process, or bridges" : account.owner());
    }
    return isBeyond;
  }

  /** The same for what need not be stored now, however short its queue is. */
  boolean hasShareOf(SessionStore store) {
    return hasItsShare(store, Long.MAX_VALUE);
  }

  /**
   * Where there are no others, nothing is left to them. Those of nobody are of many: a short queue
   * of one does not stand back for a long one of another.
   */
  private boolean hasItsShare(SessionStore store, long own) {
    boolean isOneOfMany = account == null ? own > MessagePage.MOST_BYTES : !account.isAlone();
    return isOneOfMany
        && store.isBeyondShare(storedBytes + heldBytes, storedMessages + heldMessages, own);
  }
}
