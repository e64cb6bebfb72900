package io.nanomq.authn;

import io.nanomq.loop.BlockingWork;
import java.util.function.BiConsumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The users of the configuration as SCRAM sees them: those whose password is stored as it is, or as
 * keys of SCRAM. From another hash no keys can be made. Immutable.
 */
record ScramUsers(
    StoredPasswords stored,
    BiConsumer<Object, BlockingWork.Work> worker,
    PasswordGuard guard,
    ScramSecret secret) {
  private static final Logger LOG = Logger.getLogger("io.nanomq.audit");

  /** Salt and iterations of a user, or what could be its. */
  ScramExchange.Challenge challenge(String user) {
    String password = stored.get(user);
    ScramKeys keys = password == null ? null : ScramKeys.read(password);
    return keys == null
        ? new ScramExchange.Challenge(secret.salt(user), ScramKeys.ITERATIONS)
        : new ScramExchange.Challenge(keys.salt(), keys.iterations());
  }

  /**
   * Keys of a user; takes milliseconds.
   *
   * @return null = there is no such user, or none that can do it
   */
  @Nullable ScramKeys keys(String user) {
    String password = stored.get(user);
    if (password != null && ScramKeys.isWritten(password)) {
      return ScramKeys.read(password);
    }
    // Who is no user costs as much.
    String plain = password == null || PasswordHash.isHash(password) ? "" : password;
    char[] tried = plain.isEmpty() ? new char[1] : plain.toCharArray();
    ScramKeys made = ScramKeys.of(tried, secret.salt(user), ScramKeys.ITERATIONS);
    if (password != null && PasswordHash.isHash(password)) {
      LOG.warnf(
          "User %s cannot log in by SCRAM-SHA-256: the password is stored as another hash; it has"
              + " to be stored as SCRAM-SHA-256$... or as it is",
          user);
    }
    return plain.isEmpty() ? null : made;
  }

  byte[] random(int bytes) {
    return secret.random(bytes);
  }

  /** Whether a login is refused unseen; counted otherwise by {@link #counted}. */
  boolean refuses(Login login, String user) {
    return guard.refuses(attempt(login, user));
  }

  private static PasswordGuard.Attempt attempt(Login login, String user) {
    return PasswordGuard.Attempt.of(login.peer().caller(), user, login.connect().clientId());
  }

  Verdict counted(Login login, String user, boolean isRight) {
    PasswordGuard.Attempt attempt = attempt(login, user);
    String grant = stored.get(user);
    if (!isRight || grant == null) {
      guard.failed(attempt, login.peer().caller());
      return Verdict.deny(login.wrongCredentials(), UserLink.NAME);
    }
    guard.succeeded(attempt);
    return Verdict.allow(
        ClientIdentity.of(user, UserLink.NAME, login.peer().listener()).withGrant(grant));
  }
}
