package io.nanomq.api;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts failed logins by address: passwords are not to be guessed at the speed of the network.
 * After {@value #MAX_FAILURES} within a minute of the first, the address is refused until that
 * minute is over, right credentials or not. Safe for any thread: one lock around a map.
 */
@Singleton
public class LoginGuard {
  static final int MAX_FAILURES = 20;
  static final long WINDOW_MILLIS = 60_000;

  /** Addresses that are remembered; whoever comes from more of them forgets the oldest. */
  static final int MAX_ADDRESSES = 10_000;

  private final Map<String, Window> failures = new LinkedHashMap<>();
  private final Clock clock;

  private static final class Window {
    private final long endsAtMillis;
    private int count;

    Window(long endsAtMillis) {
      this.endsAtMillis = endsAtMillis;
    }
  }

  public LoginGuard(Clock clock) {
    this.clock = clock;
  }

  /** Seconds until the address may try again, 0 = it may now. */
  synchronized long secondsToWait(String address) {
    Window window = failures.get(address);
    long left = window == null ? 0 : window.endsAtMillis - clock.millis();
    if (window != null && left <= 0) {
      failures.remove(address);
      return 0;
    }
    return window != null && window.count >= MAX_FAILURES ? (left + 999) / 1000 : 0;
  }

  /** Counts wrong credentials, forgets them after right ones; a request without any is neither. */
  void verdict(String address, ResultCode verdict) {
    if (verdict == ResultCode.WRONG_USERNAME_OR_PASSWORD) {
      failed(address);
    } else if (verdict == ResultCode.SUCCEED) {
      succeeded(address);
    }
  }

  private synchronized void succeeded(String address) {
    failures.remove(address);
  }

  synchronized void failed(String address) {
    long now = clock.millis();
    Window window = failures.get(address);
    if (window == null || window.endsAtMillis <= now) {
      failures.remove(address);
      window = new Window(now + WINDOW_MILLIS);
      failures.put(address, window);
      forgetOldest();
    }
    window.count++;
  }

  private void forgetOldest() {
    if (failures.size() > MAX_ADDRESSES) {
      var oldest = failures.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }
}
