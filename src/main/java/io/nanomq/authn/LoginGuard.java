package io.nanomq.authn;

import io.nanomq.config.key.value.Network;
import java.time.Clock;
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

  static final long WINDOW_MILLIS = FailureCounts.WINDOW_MILLIS;

  /** Addresses that are remembered; whoever comes from more of them forgets the oldest. */
  static final int MAX_ADDRESSES = FailureCounts.MAX_COUNTED;

  private static final Logger LOG = Logger.getLogger("io.nanomq.audit");

  private final FailureCounts failures;

  public LoginGuard(Clock clock) {
    failures = new FailureCounts(clock);
  }

  /** Seconds until the address may try again, 0 = it may now. */
  public synchronized long secondsToWait(String from) {
    String address = Network.caller(from);
    return failures.count(address) < MAX_FAILURES ? 0 : (failures.millisLeft(address) + 999) / 1000;
  }

  /** As if the minute were over. No request leads here. */
  public synchronized void forget(String from) {
    failures.forget(Network.caller(from));
  }

  /** Counts wrong credentials. Right ones, and none at all, are not told. */
  public synchronized void failed(String from) {
    String address = Network.caller(from);
    if (failures.add(address) == MAX_FAILURES) {
      LOG.warnf("%s has failed to log in %d times; refused for a while", address, MAX_FAILURES);
    }
  }
}
