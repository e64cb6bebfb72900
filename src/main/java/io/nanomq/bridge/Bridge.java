package io.nanomq.bridge;

import io.nanomq.bridge.BridgeStatus.State;
import io.nanomq.codec.BridgePath;
import io.nanomq.codec.OutgoingPublish;
import io.nanomq.codec.PropertyWriter;
import io.nanomq.config.model.BridgeConf;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.Timeout;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.Connack;
import io.nanomq.packet.Connect;
import io.nanomq.router.Recipient;
import io.nanomq.router.SharedGroup;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One bridge to another broker: a recipient of the topic tree here, and a client there. It lives on
 * one loop, with its socket. Its queue outlasts connections, and whatever else of its configuration
 * changes.
 */
@LoopConfined
final class Bridge extends Recipient {
  private static final Logger LOG = Logger.getLogger(Bridge.class);

  private final BridgeContext context;
  private final LoopContext loop;
  private final String randomId;
  private final BridgeFigures figures = new BridgeFigures();
  private final LoopGuard guard;
  private final Forwards forwards;
  private final RemoteSubscriptions subscriptions;
  private final BridgeHealth health;
  private final Inbox inbox;
  private final Outbox outbox;
  private final Timeout retry =
      new Timeout() {
        @Override
        protected void expired() {
          connect();
        }
      };
  // configuration
  private BridgeConf conf;
  private Backoff backoff;
  private Greeting greeting;
  private ServerList servers;
  // connection
  private State state = State.DISABLED;
  private @Nullable RemoteLink link;
  private @Nullable String lastError;
  private boolean hasConnected;
  private int attempt;
  private volatile @Nullable BridgeStatus latest;
  private volatile boolean online;
  private volatile boolean full;

  Bridge(BridgeConf conf, BridgeContext context) {
    this.conf = conf;
    this.context = context;
    this.loop = context.loop();
    this.randomId = "nanomq-bridge-" + Long.toHexString(ThreadLocalRandom.current().nextLong());
    this.backoff = backoff(conf);
    this.servers = new ServerList(conf.servers());
    this.subscriptions = new RemoteSubscriptions(conf);
    this.health = new BridgeHealth(loop, figures, this::tellState, this::note);
    this.greeting = new Greeting(conf.client().protoVer());
    this.forwards = new Forwards(this, context.tree());
    this.guard = new LoopGuard(context.brokerId());
    this.outbox =
        new Outbox(context, QueueBounds.of(conf.habits()), figures, guard, this::roomChanged);
    this.inbox = new Inbox(this, context, figures, guard);
  }

  private static Backoff backoff(BridgeConf conf) {
    BridgeConf.Habits habits = conf.habits();
    return new Backoff(
        habits.backoffMinMillis(),
        habits.backoffMaxMillis(),
        ThreadLocalRandom.current()::nextDouble);
  }

  private static long backoffMax(BridgeConf conf) {
    return conf.habits().backoffMaxMillis();
  }

  private void note() {
    latest = status();
  }

  /** What it was at a moment ago; from any thread. Null = it has not begun. */
  @Nullable BridgeStatus latest() {
    return latest;
  }

  private void tellState(boolean up) {
    String error = lastError;
    context.events().bridged(conf.name(), up, error == null ? "" : error);
  }

  LoopContext loop() {
    return loop;
  }

  Inbox inbox() {
    return inbox;
  }

  RemoteSubscriptions subscriptions() {
    return subscriptions;
  }

  Outbox outbox() {
    return outbox;
  }

  // ---- configuration

  /** Puts a configuration in force; what waits stays. */
  void apply(BridgeConf next) {
    disconnect();
    conf = next;
    backoff = backoff(next);
    servers = new ServerList(next.servers());
    greeting = new Greeting(next.client().protoVer());
    guard.active(next.client().protoVer() == 5);
    outbox.bounds(QueueBounds.of(next.habits()));
    roomChanged();
    List<String> refused = forwards.apply(next.enable() ? next.forwards() : List.of());
    if (!refused.isEmpty()) {
      trouble("no room for the filters " + refused);
    }
    subscriptions.apply(next);
    inbox.rules(subscriptions.rules());
    if (next.enable()) {
      health.down(backoffMax(next));
      connect();
    } else {
      health.off();
      state = State.DISABLED;
    }
    note();
  }

  /** Ends it: nothing of it is left. */
  void remove() {
    disconnect();
    leave();
    forwards.apply(List.of());
    full(false);
    outbox.close();
    health.close();
    state = State.DISABLED;
  }

  private void disconnect() {
    attempt++;
    loop.timer().cancel(retry);
    RemoteLink old = link;
    link = null;
    if (old != null) {
      detach();
      old.disconnect();
    }
  }

  // ---- the connection

  private void connect() {
    state = State.CONNECTING;
    int mine = ++attempt;
    try {
      new RemoteSocket(context, endpoint(), conf.tls(), this)
          .open(this::link, () -> mine == attempt, this::notConnected);
    } catch (IllegalArgumentException wrong) {
      notConnected(String.valueOf(wrong.getMessage()));
    }
  }

  private Endpoint endpoint() {
    return Endpoint.of(servers.now(), conf.encrypts());
  }

  /** One for the socket that is being opened. */
  private RemoteLink link() {
    String clientId = conf.client().clientId();
    Connect packet =
        ConnectPacket.of(
            conf,
            clientId.isEmpty() ? randomId : clientId,
            !hasConnected,
            context.conf().maxPacketBytes());
    return new RemoteLink(this, context, packet);
  }

  /** The socket is open. */
  void opened(RemoteLink socket) {
    link = socket;
  }

  /** MQTT may begin on it. */
  void begin(RemoteLink socket) {
    if (socket != link) {
      return;
    }
    PropertyWriter user = new PropertyWriter().user(conf.connectProperties().user());
    user.user(Map.of(BridgePath.NAME, context.brokerId()));
    socket.open(greeting.saysBridge(), user.bytes());
  }

  /** The other broker has let it in. */
  void connected(RemoteLink socket, Connack answer) {
    LOG.infof("Bridge %s is connected to %s", conf.name(), servers.shown());
    state = State.CONNECTED;
    figures.reconnects += hasConnected ? 1 : 0;
    hasConnected = true;
    backoff.reset();
    greeting.accepted();
    guard.attach(answer.broker());
    inbox.attach(answer.sessionPresent(), socket.topicAliasMaximum());
    online = true;
    health.up();
    subscriptions.subscribe(socket);
    outbox.attach(socket);
    note();
  }

  /** Something that costs no connection. */
  void trouble(String what) {
    lastError = what;
    LOG.warnf("Bridge %s: %s", conf.name(), what);
  }

  /** A connection has ended that was there, or was to be. */
  void linkEnded(RemoteLink ended, String why) {
    if (ended == link) {
      if (!online) {
        greeting.refused();
      }
      link = null;
      detach();
      notConnected(why);
    }
  }

  private void detach() {
    online = false;
    outbox.detach();
  }

  private void notConnected(String why) {
    if (!Objects.equals(RemoteLink.printable(why), lastError) || state == State.CONNECTED) {
      LOG.warnf("Bridge %s to %s: %s", conf.name(), servers.shown(), RemoteLink.printable(why));
    }
    lastError = RemoteLink.printable(why);
    state = State.WAITING;
    health.down(backoffMax(conf));
    servers.next();
    loop.timer().arm(retry, loop.nowMillis() + backoff.next());
    note();
  }

  // ---- a recipient

  @Override
  public int loopIndex() {
    return loop.index();
  }

  @Override
  public boolean isOnline() {
    return online;
  }

  @Override
  public boolean isFull() {
    return full;
  }

  /** Looked at by other loops: a publisher is told before its message comes here. */
  private void roomChanged() {
    full(outbox.isFull() && !conf.habits().dropsOldest());
  }

  private void full(boolean now) {
    if (full != now) {
      full = now;
      context.publisher().fanOut().addFull(now ? 1 : -1);
    }
  }

  @Override
  public @Nullable DropReason deliver(
      OutgoingPublish message,
      int qos,
      boolean retain,
      int @Nullable [] identifiers,
      @Nullable SharedGroup group) {
    DropReason reason = forwards.deliver(message, qos, retain, identifiers, outbox);
    roomChanged();
    return reason;
  }

  @Override
  public void dropped(DropReason reason) {
    loop.counters().drop(reason);
  }

  @Override
  public void failed(Throwable failure) {
    LOG.errorf(failure, "Bridge %s: a message could not be delivered", conf.name());
    RemoteLink failing = link;
    if (failing != null) {
      loop.eventLoop().execute(() -> failing.failed(failure));
    }
  }

  /** What it is at now; on its loop. */
  BridgeStatus status() {
    BridgeFigures f = figures;
    return new BridgeStatus(
        conf,
        state,
        servers.shown(),
        lastError,
        outbox.queued(),
        outbox.queuedBytes(),
        outbox.inflight(),
        health.downSeconds(),
        new BridgeStatus.Counts(
            f.sent,
            f.sentBytes,
            f.received,
            f.receivedBytes,
            f.reconnects,
            f.dropped,
            f.refused,
            f.looped,
            f.receivedDropped),
        health.rates());
  }
}
