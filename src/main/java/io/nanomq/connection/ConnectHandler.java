package io.nanomq.connection;

import io.nanomq.authn.ClientIdentity;
import io.nanomq.authn.Verdict;
import io.nanomq.authz.AccessClient;
import io.nanomq.authz.AccessRules;
import io.nanomq.authz.LoopAccess;
import io.nanomq.codec.ConnackEncoder;
import io.nanomq.codec.ConnectDecoder;
import io.nanomq.codec.ProtocolError;
import io.nanomq.codec.ReasonCode;
import io.nanomq.codec.TopicRules;
import io.nanomq.config.model.MqttConf;
import io.nanomq.connection.topic.MountPoint;
import io.nanomq.limit.CapabilityCheck;
import io.nanomq.limit.ConnackTerms;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.TurnBudget;
import io.nanomq.memory.Account;
import io.nanomq.memory.Accounts;
import io.nanomq.memory.Purpose;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.AccessAction;
import io.nanomq.packet.Connect;
import io.nanomq.packet.EnhancedAuth;
import io.nanomq.packet.Will;
import io.nanomq.persistence.SessionStore;
import io.nanomq.session.LoopSessions;
import io.nanomq.session.Session;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.UUID;
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

  /** A session, its CONNECT and its answer, while it waits for the disk. */
  private static final int WAITING_BYTES = 1_536;

  private static final String NO_ROOM = "no room for a will or a text as long as that";
  private static final int MAX_TOPIC_BYTES = 65_535;

  private final ConnectionContext context;
  private final ConnectionContext[] all;
  private final LoginHandler logins;

  /**
   * A CONNECT that is let in.
   *
   * @param assigned whether its client identifier is of our choice
   * @param enhanced what CONNACK says of the authentication method; null = it names none
   */
  private record LetIn(
      Connect packet, boolean assigned, ClientIdentity identity, @Nullable EnhancedAuth enhanced) {}

  ConnectHandler(ConnectionContext context, ConnectionContext[] all) {
    this.context = context;
    this.all = all;
    this.logins = new LoginHandler(context);
  }

  void handle(Connection connection, int flags, ByteBuf body) {
    context.loop().budget().spend(TurnBudget.CONNECTION);
    MqttConf conf = context.conf();
    Connect packet;
    try {
      packet = ConnectDecoder.decode(body, flags, conf.packets().maxPropertyBytes());
    } catch (ConnectDecoder.ConnectError error) {
      connection.speaks(error.version(), true);
      refuse(connection, error.error().reason(), error.getMessage());
      return;
    }
    connection.speaks(packet.version(), packet.requestProblemInformation());
    MountPoint mountPoint = connection.listener().mountPoint();
    if (mountPoint != null) {
      packet = mountPoint.mount(packet);
    }
    context.events().connecting(packet, PeerAddress.of(connection.channel()));
    ReasonCode refused = check(packet, conf);
    if (refused != ReasonCode.SUCCESS) {
      refuse(connection, packet, refused, null);
      return;
    }
    boolean assigned = packet.clientId().isEmpty();
    String prefix = conf.client().assignedIdPrefix();
    Connect named = assigned ? packet.withClientId(prefix + UUID.randomUUID()) : packet;
    logins.ask(connection, named, verdict -> judged(connection, named, assigned, verdict));
  }

  /** What asks whether a client is let in. */
  LoginHandler logins() {
    return logins;
  }

  private static ReasonCode check(Connect packet, MqttConf conf) {
    String id = packet.clientId();
    boolean mayBeEmpty = packet.version() == 5 || packet.version() == 4 && packet.cleanStart();
    if (id.isEmpty() && !mayBeEmpty || ByteBufUtil.utf8Bytes(id) > conf.client().maxIdBytes()) {
      return ReasonCode.CLIENT_IDENTIFIER_NOT_VALID;
    }
    if (packet.will() != null
        && (TopicRules.levels(packet.will().topic().text()) > conf.client().maxTopicLevels()
            || packet.will().topic().utf8().length > MAX_TOPIC_BYTES)) {
      return ReasonCode.TOPIC_NAME_INVALID;
    }
    if (packet.will() != null && PublishHandler.isBrokersOwn(packet.will().topic())) {
      return ReasonCode.NOT_AUTHORIZED;
    }
    return CapabilityCheck.will(conf.capabilities(), packet.will());
  }

  private void judged(Connection connection, Connect packet, boolean assigned, Verdict verdict) {
    ClientIdentity identity = verdict.identity();
    if (identity != null) {
      Connect kept = packet.withoutPassword().withUsername(identity.user());
      String method = packet.authenticationMethod();
      EnhancedAuth enhanced = method == null ? null : new EnhancedAuth(method, verdict.data());
      if (isBanned(connection, kept)) {
        // Before a session is taken over from somebody who may be served.
        refuseBanned(connection, kept);
      } else {
        judgeWill(connection, new LetIn(kept, assigned, identity, enhanced));
      }
    } else {
      ReasonCode reason = verdict.reason();
      refuse(connection, packet, reason == null ? ReasonCode.NOT_AUTHORIZED : reason, null);
    }
  }

  private void judgeWill(Connection connection, LetIn letIn) {
    Will will = letIn.packet.will();
    if (will == null) {
      open(connection, letIn);
      return;
    }
    AccessClient client = client(connection, letIn.packet.clientId(), letIn.identity);
    LoopAccess access = context.access();
    if (!access.isUndecided(client, will.topic())) {
      judged(connection, letIn, access.mayPublish(client, will.topic()));
      return;
    }
    Runnable release = logins.takeWhileItWaits(connection, letIn.packet);
    if (release == null) {
      refuse(connection, letIn.packet, ReasonCode.QUOTA_EXCEEDED, NO_ROOM);
      return;
    }
    AccessQuestions.ask(
        connection,
        letIn.packet,
        client,
        will.topic(),
        verdict -> {
          release.run();
          if (!connection.isClosed()) {
            if (!verdict.allowed()) {
              access.denied(client, AccessAction.PUBLISH, will.topic().text(), verdict);
            }
            connection.attempt(() -> judged(connection, letIn, verdict.allowed()));
          }
        });
  }

  private void judged(Connection connection, LetIn letIn, boolean mayPublishWill) {
    if (mayPublishWill) {
      open(connection, letIn);
    } else {
      refuse(connection, letIn.packet, ReasonCode.NOT_AUTHORIZED, "may not publish its will");
    }
  }

  /** Finds or begins the session, on the loop that owns it. */
  private void open(Connection connection, LetIn letIn) {
    Connect packet = letIn.packet;
    // Asked once: what another loop adds from here on is met by LoopSessions.
    Session existing = context.registry().find(packet.clientId());
    if (existing != null && existing.loop() != context.loop()) {
      ConnectionContext target = all[existing.loopIndex()];
      connection.moveTo(target, () -> target.handler().connects().open(connection, letIn));
      return;
    }
    AccessClient client = client(connection, packet.clientId(), letIn.identity);
    MqttConf conf = context.conf();
    int keepAlive = keepAlive(packet, conf);
    long expiry = Math.min(packet.sessionExpirySeconds(), conf.client().maxSessionExpirySeconds());
    SessionStore store = context.store();
    boolean isStored = expiry > 0 || existing != null && existing.storedNumber() != 0;
    if ((isStored || packet.will() != null) && store.mustCatchUp()) {
      awaitStore(connection, letIn);
      return;
    }
    long told = store.told();
    if (packet.version() == 5 && !packet.allows(connack(letIn, expiry, keepAlive, conf).size())) {
      refuse(connection, packet, ReasonCode.PACKET_TOO_LARGE, null);
      return;
    }
    Accounts accounts = context.budgets().accounts();
    Account account = account(connection, letIn.identity, accounts);
    LoopSessions.Opened opened;
    try {
      opened = context.sessions().open(packet, connection.writer(), keepAlive, expiry, account);
    } catch (ProtocolError full) {
      refuse(connection, packet, full.reason(), full.getMessage());
      return;
    } finally {
      accounts.release(account);
    }
    if (opened == null) {
      open(connection, letIn);
      return;
    }
    boolean isSameClient =
        letIn.identity.isSameUser(opened.session().identity())
            && client.mountPoint().equals(opened.session().access().client().mountPoint());
    connection.serves(opened.session());
    if (!opened.session().identity(letIn.identity, client)) {
      refuse(connection, packet, ReasonCode.QUOTA_EXCEEDED, "no room for the rules of a token");
      return;
    }
    if (opened.present()) {
      // Whoever comes may be another user than before, or from elsewhere.
      context.reviewSubscriptions(opened.session(), isSameClient);
    }
    // Who keeps nothing there comes in however long the disk fails.
    boolean waits = expiry > 0 || !store.isFull() && (isStored || store.told() != told);
    Runnable accept = () -> connection.attempt(() -> accept(connection, opened, letIn, keepAlive));
    if (waits) {
      acceptWhenSafe(opened.session(), packet, accept);
    } else {
      accept.run();
    }
  }

  /** The session may end while it waits, and is there until then. */
  private void acceptWhenSafe(Session session, Connect packet, Runnable accept) {
    int bytes = WAITING_BYTES + packet.keptBytes();
    Runnable safe = context.budgets().counted(Purpose.SESSIONS, session.account(), bytes, accept);
    context.store().afterCommit(token -> safe.run(), 0);
  }

  /** The disk has to catch up first: until then nothing is written for the session. */
  private void awaitStore(Connection connection, LetIn letIn) {
    Runnable release = logins.takeWhileItWaits(connection, letIn.packet);
    if (release == null) {
      refuse(connection, letIn.packet, ReasonCode.QUOTA_EXCEEDED, NO_ROOM);
      return;
    }
    connection.channel().closeFuture().addListener(closed -> release.run());
    connection
        .gate()
        .awaitLoops(
            context.store()::mustCatchUp,
            () -> {
              release.run();
              open(connection, letIn);
            });
  }

  /** Of whom rules are asked. */
  static AccessClient client(Connection connection, String clientId, ClientIdentity identity) {
    SocketAddress peer = PeerAddress.of(connection.channel());
    return new AccessClient(
        clientId,
        identity.user(),
        peer instanceof InetSocketAddress inet ? inet.getAddress() : null,
        identity.listener(),
        identity.superuser(),
        identity.rules().isEmpty() ? null : new AccessRules(identity.rules(), true),
        connection.listener().mountPointText());
  }

  /** Whose share is used: a user's who has shown to be that, else the address'. */
  private static Account account(
      Connection connection, ClientIdentity identity, Accounts accounts) {
    String user = identity.user();
    return user == null || !identity.isProven()
        ? accounts.ofAddress(PeerAddress.of(connection.channel()))
        : accounts.ofUser(user);
  }

  private static int keepAlive(Connect packet, MqttConf conf) {
    int most = conf.client().maxKeepAliveSeconds();
    int asked = packet.keepAliveSeconds();
    return packet.version() == 5 && most > 0 && (asked == 0 || asked > most) ? most : asked;
  }

  private void accept(
      Connection connection, LoopSessions.Opened opened, LetIn letIn, int keepAlive) {
    if (connection.isClosed()) {
      return;
    }
    if (!context.authenticator().holds(letIn.identity)) {
      // What is configured has changed since it was asked, or what it brought has ended.
      refuse(connection, letIn.packet, ReasonCode.NOT_AUTHORIZED, null);
      return;
    }
    Connect packet = letIn.packet;
    MqttConf conf = context.conf();
    if (isBanned(connection, packet)
        || context.bans().connects(packet.clientId(), conf.flapping())) {
      refuseBanned(connection, packet);
      return;
    }
    Session session = opened.session();
    int maxPacket =
        packet.maximumPacketSize() > 0
            ? packet.maximumPacketSize()
            : conf.packets().clientMaxBytes() + GROWTH_BYTES;
    connection
        .writer()
        .limits(
            maxPacket,
            Math.min(packet.topicAliasMaximum(), conf.client().maxTopicAlias()),
            conf.rates().deliveries());
    if (packet.version() == 5) {
      ConnackEncoder connack = connack(letIn, session.expirySeconds(), keepAlive, conf);
      if (packet.isBridge()) {
        connack.broker(context.identity().id());
      }
      ByteBuf out = connection.writer().reserve(connack.size());
      ConnackEncoder.write(out, ReasonCode.SUCCESS, opened.present(), connack);
    } else {
      context.identity().arrived(connection.channel().remoteAddress());
      boolean present = opened.present() && packet.version() == 4;
      ConnackEncoder.writeV3(connection.writer().reserve(4), 0, present);
    }
    connection.connected(conf, (long) (keepAlive * 1000L * conf.client().keepAliveMultiplier()));
    session.attach(connection.writer());
    // Ahead of what the client has sent meanwhile, which may be its DISCONNECT.
    SocketAddress peer = PeerAddress.of(connection.channel());
    context.events().answered(packet, keepAlive, ReasonCode.SUCCESS.code(), peer);
    context.events().connected(packet, keepAlive, peer);
    connection.gate().open(ReadGate.CONNECT);
  }

  /** Asked again: who it is was not known before, and a ban may have come meanwhile. */
  private boolean isBanned(Connection connection, Connect packet) {
    String address = PeerAddress.text(connection.channel());
    return context.bans().find(packet.clientId(), packet.username(), address) != null;
  }

  private void refuseBanned(Connection connection, Connect packet) {
    context.loop().counters().drop(DropReason.BANNED);
    refuse(connection, packet, ReasonCode.BANNED, null);
  }

  private void refuse(
      Connection connection, Connect packet, ReasonCode reason, @Nullable String message) {
    if (!connection.isClosed()) {
      SocketAddress peer = PeerAddress.of(connection.channel());
      context.events().answered(packet, packet.keepAliveSeconds(), reason.code(), peer);
    }
    refuse(connection, reason, message);
  }

  /** Answers a CONNECT that is not accepted, and closes [MQTT-3.1.4-6]. */
  private static void refuse(Connection connection, ReasonCode reason, @Nullable String message) {
    if (connection.isClosed()) {
      return;
    }
    ConnectionLog.debug(LOG, "Refused", connection, reason, message);
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

  private static ConnackEncoder connack(LetIn letIn, long expiry, int keepAlive, MqttConf conf) {
    ConnackEncoder connack = ConnackTerms.of(letIn.packet, expiry, keepAlive, conf);
    if (letIn.assigned) {
      connack.assignedClientId(letIn.packet.clientId());
    }
    if (letIn.enhanced != null) {
      connack.enhanced(letIn.enhanced);
    }
    return connack;
  }
}
