package io.nanomq.authn;

import io.nanomq.limit.CountedKey;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Bounds how fast MQTT passwords can be guessed, within a minute of the first failure, without
 * locking out who knows the right one:
 *
 * <ul>
 *   <li>An address that fails for one user {@value #MAX_FOR_ONE_USER} times is refused for that
 *       user, and after {@value #MAX_OF_CALLER} failures for all users: others behind that address
 *       have their room, and from elsewhere the right password still gets in.
 *   <li>A user for whom {@value #MAX_OF_USER} attempts have failed, wherever from, is under attack:
 *       then an address may fail {@value #MAX_UNDER_ATTACK} times for it. It is never refused as
 *       such.
 *   <li>A client that got in before, by its identifier, user and address, has a count of its own:
 *       what others at its address do does not keep it out.
 * </ul>
 *
 * <p>Safe for any thread: one lock around bounded maps, taken by CONNECTs with a password only.
 */
final class PasswordGuard {
  static final int MAX_FOR_ONE_USER = LoginGuard.MAX_FAILURES;
  static final int MAX_OF_CALLER = 100;
  static final int MAX_OF_USER = 100;
  static final int MAX_UNDER_ATTACK = 3;

  private static final Logger LOG = Logger.getLogger("io.nanomq.audit");

  /** No user is called that. */
  private static final String NO_USER = "\0";

  private final FailureCounts failures;
  private final Map<String, Boolean> knownClients = new LinkedHashMap<>();

  PasswordGuard(Clock clock) {
    failures = new FailureCounts(clock);
  }

  /** What an attempt is counted by. */
  record Attempt(String caller, String user, String callerAndUser, String client) {
    /**
     * @param user null = none, as MQTT 5 allows: then the password may be that of the client
     */
    static Attempt of(String caller, @Nullable String user, String clientId) {
      String whose = user == null ? NO_USER + clientId : user;
      return new Attempt(
          key("a", caller, "", ""),
          key("u", whose, "", ""),
          key("au", caller, whose, ""),
          key("auc", caller, whose, clientId));
    }

    /** No character of a name or an address is a NUL, so that no two are taken for one another. */
    private static String key(String kind, String one, String two, String three) {
      return CountedKey.of(String.join("\0", kind, one, two, three));
    }
  }

  /** Whether an attempt is refused without a look at its password. */
  synchronized boolean refuses(Attempt attempt) {
    if (knownClients.containsKey(attempt.client)) {
      return failures.count(attempt.client) >= MAX_FOR_ONE_USER;
    }
    boolean isAttacked = failures.count(attempt.user) >= MAX_OF_USER;
    int most = isAttacked ? MAX_UNDER_ATTACK : MAX_FOR_ONE_USER;
    return failures.count(attempt.callerAndUser) >= most
        || failures.count(attempt.caller) >= MAX_OF_CALLER;
  }

  synchronized void failed(Attempt attempt, String caller) {
    if (knownClients.containsKey(attempt.client)) {
      failures.add(attempt.client);
    }
    failures.add(attempt.user);
    boolean isMost = failures.add(attempt.callerAndUser) == MAX_FOR_ONE_USER;
    if (failures.add(attempt.caller) == MAX_OF_CALLER || isMost) {
      LOG.warnf("%s has failed too often with MQTT passwords; refused for a while", caller);
    }
  }

  synchronized void succeeded(Attempt attempt) {
    knownClients.remove(attempt.client);
    knownClients.put(attempt.client, true);
    if (knownClients.size() > FailureCounts.MAX_COUNTED) {
      var oldest = knownClients.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }
}
