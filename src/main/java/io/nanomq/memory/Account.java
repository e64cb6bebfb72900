package io.nanomq.memory;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * What one user, or one address where nobody has to say a password, makes the broker keep.
 *
 * <p>Shared: counters that any thread may change.
 */
public final class Account {
  private final String owner;
  private final @Nullable Accounts home;
  private final AtomicInteger references = new AtomicInteger();
  private final AtomicInteger sessions = new AtomicInteger();
  private final AtomicInteger subscriptions = new AtomicInteger();
  private final AtomicLongArray held = new AtomicLongArray(Purpose.values().length);

  /** One that is in no list. */
  public Account(String owner) {
    this(owner, null);
  }

  /**
   * @param owner told in logs
   * @param home where it is looked up while it is needed
   */
  Account(String owner, @Nullable Accounts home) {
    this.owner = owner;
    this.home = home;
  }

  public String owner() {
    return owner;
  }

  /** Whether nobody else has sessions. */
  public boolean isAlone() {
    return home == null || home.withSessions() <= 1;
  }

  /** Bytes that it holds of that. */
  public long held(Purpose purpose) {
    return held.get(purpose.ordinal());
  }

  /**
   * One session more.
   *
   * @param most that it may have, 0 = no bound
   * @return false = it has as many, and nothing has changed
   */
  public boolean addSession(int most) {
    int now = sessions.incrementAndGet();
    if (now > most && most > 0) {
      removeSession(); // those that were there may be gone meanwhile
      return false;
    }
    if (now == 1 && home != null) {
      home.countWithSessions(1);
    }
    return true;
  }

  public void removeSession() {
    if (sessions.decrementAndGet() == 0 && home != null) {
      home.countWithSessions(-1);
    }
  }

  /** One subscription more, as {@link #addSession}. */
  public boolean addSubscription(int most) {
    if (subscriptions.incrementAndGet() > most && most > 0) {
      subscriptions.decrementAndGet();
      return false;
    }
    return true;
  }

  public void removeSubscriptions(int count) {
    subscriptions.addAndGet(-count);
  }

  /** Whether what it holds, but for sockets, is within what one account may hold. */
  boolean isWithinQuota() {
    long quota = home == null ? 0 : home.quotaBytes();
    if (quota <= 0) {
      return true;
    }
    long sum = -held(Purpose.CONNECTIONS);
    for (int i = 0; i < held.length(); i++) {
      sum += held.get(i);
    }
    return sum <= quota;
  }

  long add(Purpose purpose, long bytes) {
    long now = held.addAndGet(purpose.ordinal(), bytes);
    if (now == 0 && home != null && isUnused()) {
      home.forget(this);
    }
    return now;
  }

  /** One more refers to it, who got it from somebody who does. */
  void acquire() {
    references.incrementAndGet();
  }

  /** Whether nobody refers to it now. */
  boolean release() {
    return references.decrementAndGet() == 0;
  }

  /** Whether it may be forgotten: what it holds must count against whoever comes back. */
  boolean isUnused() {
    boolean isUnused = references.get() == 0;
    for (int i = 0; i < held.length() && isUnused; i++) {
      isUnused = held.get(i) == 0;
    }
    return isUnused;
  }
}
