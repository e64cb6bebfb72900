package io.nanomq.bridge;

import io.nanomq.bridge.BridgeStatus.State;
import io.nanomq.bridge.path.LoopGuard;
import io.nanomq.bridge.path.RepeatedMessage;
import io.nanomq.bridge.queue.BridgeRecords;
import io.nanomq.bridge.queue.ForwardedMessage;
import io.nanomq.codec.BridgePath;
import io.nanomq.codec.PacketType;
import io.nanomq.codec.PropertyWriter;
import io.nanomq.codec.client.ClientEncoder;
import io.nanomq.config.model.BridgeConf;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.Timeout;
import io.nanomq.packet.Connack;
import io.nanomq.packet.Connect;
import io.nanomq.persistence.RecoveredSession;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One of the connections that share a bridge, over all its attempts: with its own queue, which
 * outlasts sockets, and whatever else of the configuration changes. The first one subscribes there,
 * and has the will.
 */
@LoopConfined
final class BridgeConnection {
  private static final Logger LOG = Logger.getLogger(Bridge.class);
  private static final long LEAST_BACK_MILLIS = 1_000;

  /** How long it is waited for the answer of a broker that may know nothing of greetings. */
  private static final long GREETING_MILLIS = 5_000;

  /** As {@link LocalFilters} has the one before it. */
  private static final int GREETING_ID = 3;

  private final Bridge bridge;
  private final BridgeContext context;
  private final LoopContext loop;
  private final int number;
  private final LoopGuard guard;
  private final BridgeRecords records;
  private final RemoteSubscriptions subscriptions = new RemoteSubscriptions();
  private final LocalFilters localFilters;
  private final Inbox inbox;
  private final Outbox outbox;
  private final Timeout retry = Timeout.of(this::connect);
  private final Timeout unanswered = Timeout.of(this::greeted);
  private final Timeout lookBack = Timeout.of(this::tryFirst);
  // configuration
  private BridgeConf conf;
  private Backoff backoff;
  private BridgeFlag mark;
  private ServerList servers;
  // connection
  private State state = State.DISABLED;
  private @Nullable RemoteLink link;
  // One to the preferred server, while there is another one.
  private @Nullable RemoteLink candidate;
  // It has said which broker it belongs to, and not been answered.
  private @Nullable RemoteLink greeting;
  private boolean sessionPresent;
  private boolean hasConnected;
  private boolean online;
  private long onlineSinceMillis;
  private int attempt;
  private int trial;

  /**
   * @param number of the connection, from 0
   * @param room how much may wait in all of them
   * @param records what the store is told
   */
  BridgeConnection(
      Bridge bridge,
      BridgeConf conf,
      BridgeContext context,
      int number,
      QueueRoom room,
      BridgeRecords records) {
    this.bridge = bridge;
    this.conf = conf;
    this.context = context;
    this.loop = context.loop();
    this.number = number;
    this.records = records;
    this.backoff = backoff(conf);
    this.servers = new ServerList(conf.servers());
    this.mark = new BridgeFlag(conf.client().protoVer());
    this.guard = new LoopGuard(context.identity().id());
    guard.saysPath(conf.client().protoVer() == 5);
    var repeated = new RepeatedMessage(bridge::trouble);
    this.outbox = new Outbox(context, room, bridge.figures(), guard, records, number, repeated);
    this.localFilters = new LocalFilters(loop, context.tree());
    this.inbox = new Inbox(bridge, context, bridge.figures(), guard, records);
  }

  private static Backoff backoff(BridgeConf conf) {
    BridgeConf.Habits habits = conf.habits();
    return new Backoff(
        habits.backoffMinMillis(),
        habits.backoffMaxMillis(),
        ThreadLocalRandom.current()::nextDouble);
  }

  BridgeConf conf() {
    return conf;
  }

  Inbox inbox() {
    return inbox;
  }

  /** Takes over a message that an earlier process has left. */
  void restore(RecoveredSession.Message left) {
    outbox.restore(ForwardedMessage.of(left, guard));
  }

  /** Once a second. */
  void beat() {
    RemoteLink socket = link;
    if (socket != null && inbox.hasRoomAgain()) {
      socket.end("the store has room again for what was not taken");
    }
  }

  Outbox outbox() {
    return outbox;
  }

  State state() {
    return state;
  }

  boolean isOnline() {
    return online;
  }

  /** Address that it is connected to, or tries. */
  String server() {
    return servers.shown();
  }

  // ---- configuration

  /** Puts a configuration in force, without a connection yet; what waits stays. */
  void apply(BridgeConf next) {
    disconnect();
    conf = next;
    backoff = backoff(next);
    servers = new ServerList(next.servers());
    mark = new BridgeFlag(next.client().protoVer());
    guard.saysPath(next.client().protoVer() == 5);
    if (number == 0) {
      boolean isTransparent = next.enable() && next.habits().transparent();
      subscriptions.apply(next);
      localFilters.on(isTransparent);
      inbox.rules(subscriptions.rules(), isTransparent);
    }
    if (next.enable()) {
      connect();
    }
  }

  /** Ends it, with what waits. */
  void close() {
    disconnect();
    localFilters.on(false);
    outbox.close();
  }

  /** Ends what it has of sockets; what is to be sent waits. */
  void disconnect() {
    attempt++;
    loop.timer().cancel(retry);
    leaveCandidate();
    state = State.DISABLED;
    RemoteLink old = link;
    link = null;
    if (old != null) {
      detach();
      old.disconnect();
    }
  }

  /** Something in it went wrong that is nobody else's. */
  void failed(Throwable failure) {
    RemoteLink failing = link;
    if (failing != null) {
      loop.eventLoop().execute(() -> failing.failed(failure));
    }
  }

  // ---- the connection

  private void connect() {
    state = State.CONNECTING;
    int mine = ++attempt;
    try {
      new RemoteSocket(context, endpoint(servers.now()), conf.socket(), this)
          .open(this::newLink, () -> mine == attempt, opened -> link = opened, this::notConnected);
    } catch (IllegalArgumentException wrong) {
      notConnected(String.valueOf(wrong.getMessage()));
    }
  }

  private Endpoint endpoint(String server) {
    return Endpoint.of(server, conf.encrypts());
  }

  /** One for the socket that is being opened. */
  private RemoteLink newLink() {
    Connect packet =
        ConnectPacket.of(
            conf,
            bridge.clientId(number),
            !hasConnected && !records.isRestored(),
            number == 0,
            context.conf().packets().maxBytes());
    return new RemoteLink(this, context, packet);
  }

  /** MQTT may begin on it. */
  void begin(RemoteLink socket) {
    if (socket != link && socket != candidate) {
      return;
    }
    PropertyWriter user = new PropertyWriter().user(conf.connectProperties().user());
    user.user(Map.of(BridgePath.NAME, context.identity().id()));
    socket.open(mark.saysBridge(), user.bytes());
  }

  /** The other broker has let it in. */
  void connected(RemoteLink socket, Connack answer) {
    if (socket == candidate) {
      changeToFirst(socket);
    }
    guard.attach(answer.broker());
    sessionPresent = answer.sessionPresent();
    inbox.attach(sessionPresent, socket.topicAliasMaximum());
    if (mark.saysBridge()) {
      greeting = socket;
      loop.timer().arm(unanswered, loop.nowMillis() + GREETING_MILLIS);
      String own = BridgePath.GREETING + context.identity().id();
      ClientEncoder.unsubscribe(
          socket.writer().reserve(0), GREETING_ID, socket.version(), List.of(own));
    } else {
      isOnline(socket);
    }
  }

  /** The other broker has said who it is, if it can. */
  private void greeted() {
    RemoteLink socket = greeting;
    if (socket != null) {
      leaveGreeting();
      isOnline(socket);
    }
  }

  private void leaveGreeting() {
    greeting = null;
    loop.timer().cancel(unanswered);
  }

  /** SUBACK or UNSUBACK has come. */
  void answered(RemoteLink socket, int packetType, int packetId, byte[] codes) {
    if (packetId == LocalFilters.PACKET_ID) {
      localFilters.answered(packetType, codes, bridge::trouble);
    } else if (packetType == PacketType.SUBACK) {
      subscriptions.answered(codes, bridge::trouble);
    } else if (packetId == GREETING_ID && socket == greeting) {
      greeted();
    }
  }

  private void isOnline(RemoteLink socket) {
    LOG.infof("Bridge %s is connected to %s", conf.name(), servers.shown());
    state = State.CONNECTED;
    bridge.figures().reconnects += hasConnected ? 1 : 0;
    hasConnected = true;
    mark.accepted();
    online = true;
    onlineSinceMillis = loop.nowMillis();
    armLookBack();
    bridge.changed();
    subscriptions.subscribe(socket);
    localFilters.attach(socket, sessionPresent);
    outbox.attach(socket);
  }

  /** A connection has ended that was there, or was to be. */
  void linkEnded(RemoteLink ended, String why) {
    if (ended == candidate) {
      candidate = null;
      armLookBack();
    } else if (ended == link) {
      if (online) {
        backoff.ended(loop.nowMillis() - onlineSinceMillis);
      } else {
        mark.refused();
      }
      link = null;
      detach();
      notConnected(why);
    }
  }

  private void detach() {
    leaveGreeting();
    online = false;
    localFilters.detach();
    outbox.detach();
  }

  private void notConnected(String why) {
    String said = RemoteLink.printable(why);
    if (!Objects.equals(said, bridge.lastError()) || state == State.CONNECTED) {
      LOG.warnf("Bridge %s to %s: %s", conf.name(), servers.shown(), said);
    }
    state = State.WAITING;
    servers.next();
    loop.timer().arm(retry, loop.nowMillis() + backoff.next());
    bridge.lost(said);
  }

  // ---- back to the preferred server

  private void armLookBack() {
    if (online && servers.isElsewhere()) {
      long wait = Math.max(LEAST_BACK_MILLIS, conf.habits().backoffMaxMillis());
      loop.timer().arm(lookBack, loop.nowMillis() + wait);
    }
  }

  /** Connects to the first server beside the other one, which is left when that has succeeded. */
  private void tryFirst() {
    if (!online || !servers.isElsewhere()) {
      return;
    }
    int mine = ++trial;
    try {
      new RemoteSocket(context, endpoint(servers.first()), conf.socket(), this)
          .open(
              this::newLink,
              () -> mine == trial,
              opened -> candidate = opened,
              why -> armLookBack());
    } catch (IllegalArgumentException wrong) {
      LOG.debugf("Bridge %s: no way back to the first server: %s", conf.name(), wrong);
    }
  }

  private void changeToFirst(RemoteLink first) {
    RemoteLink old = link;
    // Of an attempt that the end of the old one has begun.
    attempt++;
    loop.timer().cancel(retry);
    candidate = null;
    link = first;
    servers.back();
    if (old != null) {
      detach();
      old.disconnect();
    }
  }

  private void leaveCandidate() {
    trial++;
    loop.timer().cancel(lookBack);
    RemoteLink socket = candidate;
    candidate = null;
    if (socket != null) {
      socket.disconnect();
    }
  }
}
