package io.nanomq.authn;

import io.nanomq.codec.ReasonCode;
import io.nanomq.loop.BlockingWork;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The users of the configuration, by password or by SCRAM-SHA-256. Whoever is none of them, or
 * brings no password, is passed on. Immutable.
 */
final class UserLink implements AuthLink {
  static final String NAME = "users";

  private static final Logger LOG = Logger.getLogger(UserLink.class);

  private final StoredPasswords stored;
  private final BiConsumer<Object, BlockingWork.Work> worker;
  private final PasswordGuard guard;
  private final ScramUsers scram;

  /**
   * @param users user name to password or its hash
   * @param worker runs what takes long, by whom it is for; bounded: what it refuses is answered
   *     with server busy
   * @param secret makes salts
   */
  UserLink(
      Map<String, String> users,
      BiConsumer<Object, BlockingWork.Work> worker,
      PasswordGuard guard,
      ScramSecret secret) {
    this.stored = new StoredPasswords(users);
    this.worker = worker;
    this.guard = guard;
    this.scram = new ScramUsers(stored, worker, guard, secret);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean speaks(@Nullable String method) {
    return method == null || method.equals(ScramExchange.METHOD);
  }

  @Override
  public void ask(Login login, Consumer<Verdict> answer) {
    if (login.method() != null) {
      new ScramExchange(login, scram).begin(login.data(), answer);
      return;
    }
    String user = login.connect().username();
    byte[] password = login.connect().password();
    PasswordGuard.Attempt attempt = login.attempt();
    if (user == null || password == null || attempt == null) {
      answer.accept(Verdict.PASS);
      return;
    }
    var verification = new Verification(login, user, password, attempt, answer);
    if (stored.isSlow()) {
      worker.accept(login.peer().caller(), verification);
    } else {
      verification.judge();
    }
  }

  @Override
  public boolean holds(ClientIdentity identity) {
    String user = identity.user();
    return user != null && stored.isStillStored(user, identity.grant());
  }

  /** One password against what is stored. */
  private final class Verification implements BlockingWork.Work {
    private final Login login;
    private final String user;
    private final byte[] password;
    private final PasswordGuard.Attempt attempt;
    private final Consumer<Verdict> answer;

    Verification(
        Login login,
        String user,
        byte[] password,
        PasswordGuard.Attempt attempt,
        Consumer<Verdict> answer) {
      this.login = login;
      this.user = user;
      this.password = password;
      this.attempt = attempt;
      this.answer = answer;
    }

    /** The guard is asked again: very many may have waited together. */
    @Override
    public void run() {
      if (login.peer().isGone()) {
        refused(); // Nobody hears it, and it costs nothing.
      } else if (guard.refuses(attempt)) {
        deny(ReasonCode.CONNECTION_RATE_EXCEEDED);
      } else {
        judge();
      }
    }

    @Override
    public void refused() {
      deny(ReasonCode.SERVER_BUSY);
    }

    private void deny(ReasonCode reason) {
      answer.accept(Verdict.deny(reason, NAME));
    }

    private void judge() {
      if (matches()) {
        String listener = login.peer().listener();
        String grant = stored.get(user);
        ClientIdentity identity = ClientIdentity.of(user, NAME, listener);
        answer.accept(Verdict.allow(grant == null ? identity : identity.withGrant(grant)));
      } else if (stored.get(user) == null) {
        answer.accept(Verdict.PASS);
      } else {
        deny(login.wrongCredentials());
      }
    }

    /** A hash that makes the library fail lets nobody in, and the client is told so. */
    private boolean matches() {
      try {
        return stored.matches(user, password);
      } catch (RuntimeException failure) {
        LOG.error("A stored password hash could not be used", failure);
        return false;
      }
    }
  }
}
