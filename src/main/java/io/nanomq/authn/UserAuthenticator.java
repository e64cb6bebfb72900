package io.nanomq.authn;

import io.nanomq.codec.ReasonCode;
import io.nanomq.config.model.AuthConf;
import io.nanomq.loop.BlockingWork;
import io.nanomq.packet.Connect;
import java.time.Clock;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Lets everybody in while {@code allow_anonymous} is true, as NanoMQ does; otherwise those whose
 * password is that of the user file. Without a user file that is nobody. How fast passwords can be
 * guessed is bounded ({@link PasswordGuard}). Safe for any thread.
 */
public final class UserAuthenticator implements Authenticator {
  private static final Logger LOG = Logger.getLogger(UserAuthenticator.class);
  private static final int FIRST_WITH_REASONS = 5;

  private final Supplier<AuthConf> live;
  private final BiConsumer<Object, BlockingWork.Work> worker;
  private final PasswordGuard guard;
  private volatile StoredPasswords passwords = new StoredPasswords(AuthConf.defaults().users());

  /**
   * @param live the configuration as it is now
   * @param worker runs what takes long, by whom it is for; bounded: what it refuses is answered
   *     with server busy
   */
  public UserAuthenticator(
      Supplier<AuthConf> live, BiConsumer<Object, BlockingWork.Work> worker, Clock clock) {
    this.live = live;
    this.worker = worker;
    this.guard = new PasswordGuard(clock);
  }

  @Override
  public void authenticate(Connect connect, Peer peer, Consumer<ReasonCode> answer) {
    AuthConf conf = live.get();
    if (conf.allowAnonymous()) {
      answer.accept(ReasonCode.SUCCESS);
      return;
    }
    String user = connect.username();
    byte[] password = connect.password();
    if (user == null || password == null) {
      answer.accept(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
      return;
    }
    StoredPasswords stored = stored(conf);
    var verification = new Verification(connect, user, password, peer, stored, answer);
    if (guard.refuses(verification.attempt)) {
      answer.accept(ReasonCode.CONNECTION_RATE_EXCEEDED);
    } else if (stored.isSlow()) {
      worker.accept(peer.caller(), verification);
    } else {
      verification.judge();
    }
  }

  private StoredPasswords stored(AuthConf conf) {
    StoredPasswords now = passwords;
    if (now.users() != conf.users()) {
      now = new StoredPasswords(conf.users());
      passwords = now;
    }
    return now;
  }

  /** One password against what is stored. */
  private final class Verification implements BlockingWork.Work {
    private final Connect connect;
    private final String user;
    private final byte[] password;
    private final Peer peer;
    private final StoredPasswords stored;
    private final Consumer<ReasonCode> answer;
    private final PasswordGuard.Attempt attempt;

    Verification(
        Connect connect,
        String user,
        byte[] password,
        Peer peer,
        StoredPasswords stored,
        Consumer<ReasonCode> answer) {
      this.connect = connect;
      this.user = user;
      this.password = password;
      this.peer = peer;
      this.stored = stored;
      this.answer = answer;
      this.attempt = PasswordGuard.Attempt.of(peer.caller(), user, connect.clientId());
    }

    /** Asked again: very many may have waited together. */
    @Override
    public void run() {
      if (peer.isGone()) {
        answer.accept(ReasonCode.SERVER_BUSY); // Nobody hears it, and it costs nothing.
      } else if (guard.refuses(attempt)) {
        answer.accept(ReasonCode.CONNECTION_RATE_EXCEEDED);
      } else {
        judge();
      }
    }

    @Override
    public void refused() {
      answer.accept(ReasonCode.SERVER_BUSY);
    }

    private void judge() {
      boolean matches = matches();
      if (matches) {
        guard.succeeded(attempt);
      } else {
        guard.failed(attempt, peer.caller());
      }
      answer.accept(verdict(matches, connect));
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

  /** Before MQTT 5, NanoMQ tells wrong credentials (5) from missing ones (4). */
  private static ReasonCode verdict(boolean matches, Connect connect) {
    if (matches) {
      return ReasonCode.SUCCESS;
    }
    return connect.version() < FIRST_WITH_REASONS
        ? ReasonCode.NOT_AUTHORIZED
        : ReasonCode.BAD_USER_NAME_OR_PASSWORD;
  }
}
