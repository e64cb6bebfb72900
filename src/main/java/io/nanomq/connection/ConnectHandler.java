package io.nanomq.connection;

import io.nanomq.codec.ConnackEncoder;
import io.nanomq.codec.ConnectDecoder;
import io.nanomq.codec.ProtocolError;
import io.nanomq.codec.ReasonCode;
import io.nanomq.codec.TopicRules;
import io.nanomq.config.model.Capabilities;
import io.nanomq.config.model.MqttConf;
import io.nanomq.limit.Offers;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.TurnBudget;
import io.nanomq.memory.Account;
import io.nanomq.memory.Accounts;
import io.nanomq.memory.Budget;
import io.nanomq.memory.Purpose;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.Connect;
import io.nanomq.session.LoopSessions;
import io.nanomq.session.Session;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * CONNECT: check, authenticate, bring the socket to the loop of the client's session, take that
 * over, answer. MQTT 5.0 section 3.1.4.
 */
@LoopConfined
final class ConnectHandler {
  private static final Logger LOG = Logger.getLogger(ConnectHandler.class);

  /**
   * By which a packet that was allowed to come in may grow on its way out: longer properties,
   * identifiers of subscriptions. It was acknowledged and must not be dropped for that.
   */
  private static final int GROWTH_BYTES = 1024;

  /** As many of these may wait as connections. */
  private static final int SMALL_CONNECT = 1024;

  private static final Runnable NOTHING = () -> {};

  private static final int NO_RECEIVE_MAXIMUM = 65_535;

  private final ConnectionContext context;
  private final ConnectionContext[] all;

  ConnectHandler(ConnectionContext context, ConnectionContext[] all) {
    this.context = context;
    this.all = all;
  }

  void handle(Connection connection, int flags, ByteBuf body) {
    context.loop().budget().spend(TurnBudget.CONNECTION);
    MqttConf conf = context.conf();
    Connect packet;
    try {
      packet = ConnectDecoder.decode(body, flags, conf.maxPropertyBytes());
    } catch (ConnectDecoder.ConnectError error) {
      connection.speaks(error.version(), true);
      refuse(connection, error.error().reason(), error.getMessage());
      return;
    }
    connection.speaks(packet.version(), packet.requestProblemInformation());
    ReasonCode refused = check(packet, conf);
    if (refused != ReasonCode.SUCCESS) {
      refuse(connection, refused, null);
      return;
    }
    boolean assigned = packet.clientId().isEmpty();
    Runnable release = takeWhileItWaits(connection, packet);
    if (release == null) {
      refuse(connection, ReasonCode.QUOTA_EXCEEDED, "too many large CONNECTs wait for an answer");
      return;
    }
    Connect named = assigned ? packet.withClientId("auto-" + UUID.randomUUID()) : packet;
    connection.gate().hold(ReadGate.CONNECT);
    Consumer<ReasonCode> answer =
        result -> {
          release.run();
          onLoop(connection, () -> judged(connection, named, assigned, result));
        };
    try {
      context.authenticator().authenticate(named, new SocketPeer(connection.channel()), answer);
    } catch (RuntimeException failure) {
      release.run();
      throw failure;
    }
    // Where there is no answer yet, what is sent behind it waits in the socket, not in our memory.
    connection.gate().settle();
  }

  /**
   * A CONNECT may hold a will as large as a packet while its password is hashed.
   *
   * @return to be run by any thread when it waits no more; null where there is no room
   */
  private @Nullable Runnable takeWhileItWaits(Connection connection, Connect packet) {
    byte[] password = packet.password();
    int bytes = packet.keptBytes() + (password == null ? 0 : password.length);
    if (bytes <= SMALL_CONNECT || context.conf().allowAnonymous()) {
      // Nobody is asked who may take time to answer.
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

  private static ReasonCode check(Connect packet, MqttConf conf) {
    if (packet.authenticationMethod() != null) {
      return ReasonCode.BAD_AUTHENTICATION_METHOD;
    }
    String id = packet.clientId();
    boolean mayBeEmpty = packet.version() == 5 || packet.version() == 4 && packet.cleanStart();
    if (id.isEmpty() && !mayBeEmpty
        || id.getBytes(StandardCharsets.UTF_8).length > conf.maxClientIdBytes()) {
      return ReasonCode.CLIENT_IDENTIFIER_NOT_VALID;
    }
    if (packet.will() != null
        && TopicRules.levels(packet.will().topic().text()) > conf.maxTopicLevels()) {
      return ReasonCode.TOPIC_NAME_INVALID;
    }
    if (packet.will() != null && PublishHandler.isBrokersOwn(packet.will().topic())) {
      return ReasonCode.NOT_AUTHORIZED;
    }
    return Offers.will(conf.capabilities(), packet.will());
  }

  private static void onLoop(Connection connection, Runnable action) {
    if (connection.channel().eventLoop().inEventLoop()) {
      connection.attempt(action);
    } else {
      connection.channel().eventLoop().execute(() -> connection.attempt(action));
    }
  }

  private void judged(Connection connection, Connect packet, boolean assigned, ReasonCode result) {
    if (connection.isClosed()) {
      return;
    }
    if (result != ReasonCode.SUCCESS) {
      if (result == ReasonCode.CONNECTION_RATE_EXCEEDED) {
        context.loop().counters().drop(DropReason.LOGIN_LIMIT);
      }
      refuse(connection, result, null);
    } else {
      open(connection, packet.withoutPassword(), assigned);
    }
  }

  /** Finds or begins the session, on the loop that owns it. */
  private void open(Connection connection, Connect packet, boolean assigned) {
    // Asked once: what another loop adds from here on is met by LoopSessions.
    Session existing = context.registry().find(packet.clientId());
    if (existing != null && existing.loop() != context.loop()) {
      ConnectionContext target = all[existing.loopIndex()];
      connection.moveTo(
          target, () -> target.handler().connects().open(connection, packet, assigned));
      return;
    }
    MqttConf conf = context.conf();
    int keepAlive = keepAlive(packet, conf);
    long expiry = Math.min(packet.sessionExpirySeconds(), conf.maxSessionExpirySeconds());
    if (packet.version() == 5
        && !packet.allows(connack(packet, expiry, assigned, keepAlive, conf).size())) {
      refuse(connection, ReasonCode.PACKET_TOO_LARGE, null);
      return;
    }
    Accounts accounts = context.budgets().accounts();
    Account account = account(connection, packet, conf, accounts);
    LoopSessions.Opened opened;
    try {
      opened = context.sessions().open(packet, connection.writer(), keepAlive, expiry, account);
    } catch (ProtocolError full) {
      refuse(connection, full.reason(), full.getMessage());
      return;
    } finally {
      accounts.release(account);
    }
    if (opened == null) {
      open(connection, packet, assigned);
      return;
    }
    connection.serves(opened.session());
    context
        .store()
        .afterCommit(
            context.loop().index(),
            token ->
                connection.attempt(() -> accept(connection, opened, packet, assigned, keepAlive)),
            0);
  }

  /** Whose share is used: a user's where a password was asked for, else the address'. */
  private static Account account(
      Connection connection, Connect packet, MqttConf conf, Accounts accounts) {
    String user = packet.username();
    return user == null || conf.allowAnonymous()
        ? accounts.ofAddress(connection.channel().remoteAddress())
        : accounts.ofUser(user);
  }

  private static int keepAlive(Connect packet, MqttConf conf) {
    int most = conf.maxKeepAliveSeconds();
    int asked = packet.keepAliveSeconds();
    return packet.version() == 5 && most > 0 && (asked == 0 || asked > most) ? most : asked;
  }

  private void accept(
      Connection connection,
      LoopSessions.Opened opened,
      Connect packet,
      boolean assigned,
      int keepAlive) {
    if (connection.isClosed()) {
      return;
    }
    MqttConf conf = context.conf();
    Session session = opened.session();
    int maxPacket =
        packet.maximumPacketSize() > 0
            ? packet.maximumPacketSize()
            : conf.clientMaxPacketBytes() + GROWTH_BYTES;
    connection
        .writer()
        .limits(maxPacket, Math.min(packet.topicAliasMaximum(), conf.maxTopicAlias()));
    if (packet.version() == 5) {
      ConnackEncoder connack = connack(packet, session.expirySeconds(), assigned, keepAlive, conf);
      ByteBuf out = connection.writer().reserve(connack.size());
      ConnackEncoder.write(out, ReasonCode.SUCCESS, opened.present(), connack);
    } else {
      boolean present = opened.present() && packet.version() == 4;
      ConnackEncoder.writeV3(connection.writer().reserve(4), 0, present);
    }
    connection.connected(conf, (long) (keepAlive * 1000L * conf.keepAliveMultiplier()));
    session.attach(connection.writer());
    // Ahead of what the client has sent meanwhile, which may be its DISCONNECT.
    context.events().connected(packet, keepAlive, connection.channel().remoteAddress());
    connection.gate().open(ReadGate.CONNECT);
  }

  /** Answers a CONNECT that is not accepted, and closes [MQTT-3.1.4-6]. */
  private static void refuse(Connection connection, ReasonCode reason, @Nullable String message) {
    if (connection.isClosed()) {
      return;
    }
    LOG.debugf("Refused %s: %s, %s", connection.name(), reason, message);
    int code = reason.connackReturnCode();
    if (connection.version() == 5) {
      ConnackEncoder encoder = new ConnackEncoder();
      if (message != null && connection.tellsReasons()) {
        encoder.reasonString(message);
      }
      ConnackEncoder.write(connection.writer().reserve(64), reason, false, encoder);
    } else if (connection.version() > 0 && code > 0) {
      ConnackEncoder.writeV3(connection.writer().reserve(4), code, false);
    }
    connection.terminate(false, reason.code());
  }

  private static ConnackEncoder connack(
      Connect packet, long expiry, boolean assigned, int keepAlive, MqttConf conf) {
    ConnackEncoder connack = new ConnackEncoder();
    if (expiry != packet.sessionExpirySeconds()) {
      connack.sessionExpiry(expiry);
    }
    if (conf.receiveMaximum() < NO_RECEIVE_MAXIMUM) {
      connack.receiveMaximum(conf.receiveMaximum());
    }
    connack.maximumPacketSize(conf.maxPacketBytes());
    if (assigned) {
      connack.assignedClientId(packet.clientId());
    }
    if (conf.maxTopicAlias() > 0) {
      connack.topicAliasMaximum(conf.maxTopicAlias());
    }
    if (keepAlive != packet.keepAliveSeconds()) {
      connack.serverKeepAlive(keepAlive);
    }
    offer(connack, conf.capabilities());
    String prefix = responseTopics(packet);
    if (prefix != null) {
      connack.responseInformation(prefix);
    }
    return connack;
  }

  private static void offer(ConnackEncoder connack, Capabilities offered) {
    if (offered.maxQos() < 2) {
      connack.maximumQos(offered.maxQos());
    }
    if (!offered.retained()) {
      connack.withoutRetain();
    }
    if (!offered.wildcards()) {
      connack.withoutWildcards();
    }
    if (!offered.identifiers()) {
      connack.withoutSubscriptionIdentifiers();
    }
    if (!offered.shared()) {
      connack.withoutShared();
    }
  }

  /** A topic prefix of the client's own for the answers it asks for, MQTT 5.0 section 4.10.1. */
  private static @Nullable String responseTopics(Connect packet) {
    return packet.requestResponseInformation() && packet.maximumPacketSize() == 0
        ? "response/" + packet.clientId()
        : null;
  }
}
