package io.nanomq.memory;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HexFormat;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The accounts of those who have a session, a socket, or something else that is kept; others have
 * none, so that they are bounded by these.
 *
 * <p>Shared: a concurrent map; an account is found and gone within one step of it.
 */
public final class Accounts {
  /** An IPv6 customer has all addresses that begin alike. */
  private static final int IPV6_PREFIX_BYTES = 8;

  private final ConcurrentHashMap<String, Account> byOwner = new ConcurrentHashMap<>();
  private final AtomicInteger withSessions = new AtomicInteger();
  private volatile LongSupplier quota = () -> 0;

  /**
   * @param bytes that one account may hold, 0 = no bound but those of the budgets; any thread asks
   */
  public void quota(LongSupplier bytes) {
    quota = bytes;
  }

  long quotaBytes() {
    return quota.getAsLong();
  }

  /** The account of a user whose password was checked; to be given back by {@link #release}. */
  public Account ofUser(String name) {
    return acquire("user " + name);
  }

  /** The account of an address, IPv6 by its first 64 bits; to be given back as well. */
  public Account ofAddress(@Nullable SocketAddress address) {
    return acquire("address " + text(address));
  }

  private static String text(@Nullable SocketAddress address) {
    if (!(address instanceof InetSocketAddress inet) || inet.getAddress() == null) {
      return String.valueOf(address);
    }
    if (inet.getAddress() instanceof Inet6Address six) {
      return HexFormat.of().formatHex(six.getAddress(), 0, IPV6_PREFIX_BYTES);
    }
    return inet.getAddress().getHostAddress();
  }

  private Account acquire(String owner) {
    return byOwner.compute(
        owner,
        (key, there) -> {
          Account account = there == null ? new Account(key, this) : there;
          account.acquire();
          return account;
        });
  }

  /** One more refers to it, who got it from somebody who does; null = nobody's. */
  public void acquire(@Nullable Account account) {
    if (account != null) {
      account.acquire();
    }
  }

  /** Whoever acquired it needs it no more; null = it is nobody's. */
  public void release(@Nullable Account account) {
    if (account != null && account.release()) {
      forget(account);
    }
  }

  void forget(Account account) {
    byOwner.computeIfPresent(
        account.owner(), (key, there) -> there == account && there.isUnused() ? null : there);
  }

  void countWithSessions(int more) {
    withSessions.addAndGet(more);
  }

  /** Accounts that have sessions. */
  int withSessions() {
    return withSessions.get();
  }

  /** Accounts there are. */
  public int size() {
    return byOwner.size();
  }
}
