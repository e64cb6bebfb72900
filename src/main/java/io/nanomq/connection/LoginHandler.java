package io.nanomq.connection;

import io.nanomq.authn.Authenticator;
import io.nanomq.authn.Login;
import io.nanomq.authn.Verdict;
import io.nanomq.codec.ReasonCode;
import io.nanomq.loop.LoopConfined;
import io.nanomq.memory.Account;
import io.nanomq.memory.Accounts;
import io.nanomq.memory.Budget;
import io.nanomq.memory.Purpose;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.Connect;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Has it decided whether a CONNECT is let in. Nothing is read from its socket until then, and
 * nothing else waits.
 */
@LoopConfined
final class LoginHandler {
  /** As many of these may wait as connections. */
  private static final int SMALL_CONNECT = 1024;

  private static final Runnable NOTHING = () -> {};

  private final ConnectionContext context;

  LoginHandler(ConnectionContext context) {
    this.context = context;
  }

  /**
   * Asks.
   *
   * @param then told the verdict on the connection's loop, unless the connection is over by then
   */
  void ask(Connection connection, Connect packet, Consumer<Verdict> then) {
    String listener = connection.listener();
    Authenticator authenticator = context.authenticator();
    boolean mayWait = authenticator.mayTakeTime(listener);
    Runnable release = mayWait ? takeWhileItWaits(connection, packet) : NOTHING;
    if (release == null) {
      then.accept(Verdict.deny(ReasonCode.QUOTA_EXCEEDED, "memory"));
      return;
    }
    connection.gate().hold(ReadGate.CONNECT);
    Consumer<Verdict> answer =
        verdict -> {
          release.run();
          onLoop(connection, () -> told(connection, verdict, then));
        };
    try {
      var peer = new SocketPeer(connection.channel(), listener);
      authenticator.authenticate(new Login(packet, peer), answer);
    } catch (RuntimeException failure) {
      release.run();
      throw failure;
    }
    // Where there is no answer yet, what is sent behind it waits in the socket, not in our memory.
    connection.gate().settle();
  }

  private void told(Connection connection, Verdict verdict, Consumer<Verdict> then) {
    if (connection.isClosed()) {
      return;
    }
    if (verdict.reason() == ReasonCode.CONNECTION_RATE_EXCEEDED) {
      context.loop().counters().drop(DropReason.LOGIN_LIMIT);
    }
    then.accept(verdict);
  }

  private static void onLoop(Connection connection, Runnable action) {
    if (connection.channel().eventLoop().inEventLoop()) {
      connection.attempt(action);
    } else {
      connection.channel().eventLoop().execute(() -> connection.attempt(action));
    }
  }

  /**
   * A CONNECT may hold a will as large as a packet while its password is hashed.
   *
   * @return to be run by any thread when it waits no more; null where there is no room
   */
  private @Nullable Runnable takeWhileItWaits(Connection connection, Connect packet) {
    byte[] password = packet.password();
    int bytes = packet.keptBytes() + (password == null ? 0 : password.length);
    if (bytes <= SMALL_CONNECT) {
      return NOTHING;
    }
    Budget budget = context.budgets().of(Purpose.SESSIONS);
    Accounts accounts = context.budgets().accounts();
    Account account = accounts.ofAddress(connection.channel().remoteAddress());
    if (!budget.takeLasting(account, 0, bytes)) {
      context.loop().counters().drop(DropReason.SESSION_LIMIT);
      accounts.release(account);
      return null;
    }
    AtomicBoolean isReleased = new AtomicBoolean();
    return () -> {
      if (isReleased.compareAndSet(false, true)) {
        budget.give(account, bytes);
        accounts.release(account);
      }
    };
  }
}
