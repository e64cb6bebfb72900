package io.nanomq.queue;

import io.nanomq.loop.LoopConfined;
import io.nanomq.memory.Account;
import org.jspecify.annotations.Nullable;

/** The sessions of one account, a user or an address, that keep messages on one loop. */
@LoopConfined
public final class AccountHolder extends SizedHolder {
  /** Null = those of nobody. */
  final @Nullable Account account;

  final SizeClasses<MessageHolder> sessions = new SizeClasses<>();
  int sessionCount;

  AccountHolder(@Nullable Account account) {
    this.account = account;
  }
}
