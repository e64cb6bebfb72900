package io.nanomq.authn;

import io.nanomq.codec.ReasonCode;
import io.nanomq.config.AuthConf;
import io.nanomq.packet.Connect;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Lets everybody in while {@code allow_anonymous} is true, as NanoMQ does; otherwise those whose
 * password is that of the user file. Without a user file that is nobody.
 */
public final class UserAuthenticator implements Authenticator {
  private static final Logger LOG = Logger.getLogger(UserAuthenticator.class);
  private static final int FIRST_WITH_REASONS = 5;

  private final Supplier<AuthConf> live;
  private final Executor worker;

  /**
   * @param live the configuration as it is now
   * @param worker runs what takes long; bounded: what it rejects is answered with server busy
   */
  public UserAuthenticator(Supplier<AuthConf> live, Executor worker) {
    this.live = live;
    this.worker = worker;
  }

  @Override
  public void authenticate(Connect connect, Consumer<ReasonCode> answer) {
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
    String stored = conf.users().get(user);
    if (stored == null || !PasswordHash.isHash(stored)) {
      boolean matches = stored != null && PasswordHash.matches(password, stored);
      answer.accept(verdict(matches, connect));
      return;
    }
    try {
      worker.execute(() -> answer.accept(verdict(matches(password, stored), connect)));
    } catch (RejectedExecutionException full) {
      answer.accept(ReasonCode.SERVER_BUSY);
    }
  }

  /** A hash that makes the library fail lets nobody in, and the client is told so. */
  private static boolean matches(byte[] password, String stored) {
    try {
      return PasswordHash.matches(password, stored);
    } catch (RuntimeException failure) {
      LOG.error("A stored password hash could not be used", failure);
      return false;
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
