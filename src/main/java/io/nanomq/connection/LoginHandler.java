package io.nanomq.connection;

import io.nanomq.authn.ClientIdentity;
import io.nanomq.authn.Login;
import io.nanomq.authn.Verdict;
import io.nanomq.authz.AccessClient;
import io.nanomq.codec.AuthDecoder;
import io.nanomq.codec.MqttEncoder;
import io.nanomq.codec.ProtocolError;
import io.nanomq.codec.ReasonCode;
import io.nanomq.loop.LoopConfined;
import io.nanomq.memory.Account;
import io.nanomq.memory.Accounts;
import io.nanomq.memory.Budget;
import io.nanomq.memory.Purpose;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.Auth;
import io.nanomq.packet.Connect;
import io.nanomq.packet.EnhancedAuth;
import io.nanomq.session.Session;
import io.netty.buffer.ByteBuf;
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
    String address = PeerAddress.text(connection.channel());
    if (context.bans().find(packet.clientId(), packet.username(), address) != null) {
      context.loop().counters().drop(DropReason.BANNED);
      then.accept(Verdict.deny(ReasonCode.BANNED, "ban"));
      return;
    }
    String listener = connection.listener().get();
    boolean mayWait = context.authenticator().mayTakeTime(listener, packet.authenticationMethod());
    Runnable release = mayWait ? takeWhileItWaits(connection, packet) : NOTHING;
    if (release == null) {
      then.accept(Verdict.deny(ReasonCode.QUOTA_EXCEEDED, "memory"));
      return;
    }
    var exchange = new AuthExchange(packet, release, then);
    connection.gate().hold(ReadGate.CONNECT);
    connection.exchange(exchange);
    authenticate(connection, packet, exchange);
    // Where there is no answer yet, what is sent behind it waits in the socket, not in our memory.
    connection.gate().settle();
  }

  private void authenticate(Connection connection, Connect packet, AuthExchange exchange) {
    var peer = SocketPeer.of(connection);
    context
        .authenticator()
        .authenticate(new Login(packet, peer), verdict -> told(connection, exchange, verdict));
  }

  /** On any thread. */
  private void told(Connection connection, AuthExchange exchange, Verdict verdict) {
    onLoop(
        connection,
        () -> {
          if (connection.isClosed()) {
            exchange.endUnheard();
          } else {
            goOn(connection, exchange, verdict);
          }
        });
  }

  private void goOn(Connection connection, AuthExchange exchange, Verdict verdict) {
    Verdict.Step next = verdict.next();
    if (next != null) {
      exchange.awaits(next);
      send(connection, ReasonCode.CONTINUE_AUTHENTICATION, exchange, verdict.data());
      connection.gate().open(ReadGate.CONNECT);
      return;
    }
    if (verdict.reason() == ReasonCode.CONNECTION_RATE_EXCEEDED) {
      context.loop().counters().drop(DropReason.LOGIN_LIMIT);
    }
    connection.exchange(null);
    exchange.end(verdict);
  }

  private static void send(
      Connection connection, ReasonCode reason, AuthExchange exchange, byte @Nullable [] data) {
    var enhanced = new EnhancedAuth(exchange.method(), data);
    MqttEncoder.auth(connection.writer().reserve(MqttEncoder.authSize(enhanced)), reason, enhanced);
  }

  /**
   * The client has sent AUTH: the answer that is awaited, or the wish to show anew who it is.
   *
   * @throws ProtocolError 0x82 where neither is in place [MQTT-4.12.0-6], 0x8C for another method
   */
  void auth(Connection connection, int flags, ByteBuf body) {
    Auth packet = AuthDecoder.decode(body, flags, context.conf().packets().maxPropertyBytes());
    AuthExchange exchange = connection.exchange();
    if (packet.reasonCode() == ReasonCode.RE_AUTHENTICATE.code()) {
      if (exchange != null || !connection.isConnected()) {
        throw ProtocolError.protocol("an authentication is under way");
      }
      again(connection, packet.enhanced());
      return;
    }
    Verdict.Step next = exchange == null ? null : exchange.takeNext();
    if (exchange == null || next == null) {
      throw ProtocolError.protocol("AUTH answers nothing");
    }
    same(exchange.method(), packet.enhanced());
    if (!connection.isConnected()) {
      connection.gate().hold(ReadGate.CONNECT);
    }
    next.take(packet.enhanced().data(), verdict -> told(connection, exchange, verdict));
    connection.gate().settle();
  }

  private static void same(@Nullable String method, EnhancedAuth enhanced) {
    if (method == null) {
      throw ProtocolError.protocol("AUTH without a method in CONNECT [MQTT-4.12.0-6]");
    }
    if (!method.equals(enhanced.method())) {
      throw new ProtocolError(
          ReasonCode.BAD_AUTHENTICATION_METHOD, "another authentication method [MQTT-4.12.1-1]");
    }
  }

  /** Meanwhile the client goes on with what it was let in by. */
  private void again(Connection connection, EnhancedAuth enhanced) {
    Connect packet = connection.session().connect();
    same(packet.authenticationMethod(), enhanced);
    Connect shown = packet.withEnhanced(enhanced);
    var exchange = new AuthExchange[1];
    exchange[0] =
        new AuthExchange(shown, NOTHING, verdict -> shownAgain(connection, exchange[0], verdict));
    connection.exchange(exchange[0]);
    authenticate(connection, shown, exchange[0]);
  }

  private static void shownAgain(Connection connection, AuthExchange exchange, Verdict verdict) {
    ClientIdentity identity = verdict.identity();
    ReasonCode reason = verdict.reason();
    if (identity == null) {
      connection.close(reason == null ? ReasonCode.NOT_AUTHORIZED : reason, null);
    } else if (!identity.isSameUser(connection.session().identity())) {
      connection.close(ReasonCode.NOT_AUTHORIZED, "another user than the session's");
    } else {
      Session session = connection.session();
      AccessClient client = ConnectHandler.client(connection, session.clientId(), identity);
      // Where there is no room for new rules, old ones would hold on.
      if (!session.identity(identity, client)) {
        connection.close(ReasonCode.QUOTA_EXCEEDED, "no room for the rules of a token");
        return;
      }
      connection.context().reviewSubscriptions(session, true);
      connection.watches().identified();
      send(connection, ReasonCode.SUCCESS, exchange, verdict.data());
    }
  }

  private static void onLoop(Connection connection, Runnable action) {
    if (connection.channel().eventLoop().inEventLoop()) {
      connection.attempt(action);
    } else {
      connection.channel().eventLoop().execute(() -> connection.attempt(action));
    }
  }

  /**
   * A CONNECT may hold a will as large as a packet while its password is hashed, a web server is
   * asked, or the disk has to catch up.
   *
   * @return to be run by any thread when it waits no more; null where there is no room
   */
  @Nullable Runnable takeWhileItWaits(Connection connection, Connect packet) {
    byte[] password = packet.password();
    int bytes = packet.keptBytes() + (password == null ? 0 : password.length);
    if (bytes <= SMALL_CONNECT) {
      return NOTHING;
    }
    Budget budget = context.budgets().of(Purpose.SESSIONS);
    Accounts accounts = context.budgets().accounts();
    Account account = accounts.ofAddress(PeerAddress.of(connection.channel()));
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
