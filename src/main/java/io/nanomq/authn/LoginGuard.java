package io.nanomq.authn;

import io.nanomq.config.Network;
import io.netty.util.NetUtil;
import java.time.Clock;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * Counts failed logins by address: passwords are not to be guessed at the speed of the network.
 * After {@value #MAX_FAILURES} within a minute of the first, the address is refused until that
 * minute is over, right credentials or not. Right ones before that forget nothing: who has some
 * could guess others between them. Safe for any thread: one lock around a map.
 */
public final class LoginGuard {
  /** Failures after which an address is refused. */
  public static final int MAX_FAILURES = 20;

  static final long WINDOW_MILLIS = 60_000;

  /** Addresses that are remembered; whoever comes from more of them forgets the oldest. */
  static final int MAX_ADDRESSES = 10_000;

  private static final Logger LOG = Logger.getLogger("io.nanomq.audit");
  private static final int IPV6_BYTES = 16;

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
  public synchronized long secondsToWait(String from) {
    String address = counted(from);
    Window window = failures.get(address);
    long left = window == null ? 0 : window.endsAtMillis - clock.millis();
    if (window != null && left <= 0) {
      failures.remove(address);
      return 0;
    }
    return window != null && window.count >= MAX_FAILURES ? (left + 999) / 1000 : 0;
  }

  /** As if the minute were over. No request leads here. */
  public synchronized void forget(String from) {
    failures.remove(counted(from));
  }

  /** Counts wrong credentials. Right ones, and none at all, are not told. */
  public synchronized void failed(String from) {
    String address = counted(from);
    long now = clock.millis();
    Window window = failures.get(address);
    if (window == null || window.endsAtMillis <= now) {
      failures.remove(address);
      window = new Window(now + WINDOW_MILLIS);
      failures.put(address, window);
      forgetOldest();
    }
    window.count++;
    if (window.count == MAX_FAILURES) {
      LOG.warnf("%s has failed to log in %d times; refused for a while", address, MAX_FAILURES);
    }
  }

  // Whoever has an IPv6 address has 2^64 of them: they count as one. What is an IPv4 address in
  // another spelling is that address, or all of these would count as one too.
  private static String counted(String from) {
    String address = Network.plain(from);
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
    return bytes == null || bytes.length != IPV6_BYTES
        ? address
        : HexFormat.ofDelimiter(":").formatHex(bytes, 0, IPV6_BYTES / 2) + "/64";
  }

  private void forgetOldest() {
    if (failures.size() > MAX_ADDRESSES) {
      var oldest = failures.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }
}
