package io.nanomq.session;

import io.nanomq.codec.OutgoingPublish;
import io.nanomq.codec.ReasonCode;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.Timeout;
import io.nanomq.memory.Account;
import io.nanomq.memory.HeapBytes;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.Connect;
import io.nanomq.packet.Will;
import io.nanomq.retained.RetainedCursor;
import io.nanomq.router.Recipient;
import io.nanomq.router.SharedGroup;
import io.nanomq.router.Subscriber;
import io.netty.util.internal.OutOfDirectMemoryError;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The state of one client, MQTT 5.0 section 4.1: subscriptions, queue, what is in flight both ways.
 * It lives on the loop where it began and never moves; sockets that resume it move to that loop.
 */
@LoopConfined
public final class Session extends Recipient {
  private static final Logger LOG = Logger.getLogger(Session.class);

  /**
   * This object, its places in the registry, its CONNECT, timers, its end of an account and the
   * first places of what it gets and has got.
   */
  private static final int BYTES = 864;

  /** A map of subscriptions up to here may be as empty as it likes. */
  private static final int SMALL_MAP = 16;

  private final String clientId;
  private final LoopContext loop;
  private final SessionContext context;
  private final SessionMemory memory;
  // session; what few sessions need is made when it is needed
  private @Nullable Map<String, Subscriber> subscriptions;
  private int mostSubscriptions;
  private int replayBytes;
  private @Nullable PacketIdSet unreleased;
  private @Nullable Deliveries deliveries;
  private long expirySeconds;
  private long publishesReceived;
  private boolean ended;
  @Nullable Will pendingWill;
  @Nullable Timeout endTimeout;
  @Nullable Timeout willTimeout;
  // connection
  // Who serves it, from the moment its CONNECT is accepted; the outlet is open from CONNACK on.
  private @Nullable Outlet owner;
  private @Nullable Outlet outlet;
  private volatile boolean online;
  private volatile boolean full;
  private volatile int maxPacketBytes = Integer.MAX_VALUE;
  private @Nullable Connect connect;
  private int keepAliveSeconds;
  // Of the unreleased ones those that were there before this connection.
  private @Nullable PacketIdSet carriedOver;

  /**
   * @param memory what it holds
   */
  Session(String clientId, LoopContext loop, SessionContext context, SessionMemory memory) {
    this.clientId = clientId;
    this.loop = loop;
    this.context = context;
    this.memory = memory;
  }

  public String clientId() {
    return clientId;
  }

  public LoopContext loop() {
    return loop;
  }

  @Override
  public int loopIndex() {
    return loop.index();
  }

  @Override
  public @Nullable Account account() {
    return memory.account();
  }

  SessionMemory memory() {
    return memory;
  }

  @Override
  public boolean isOnline() {
    return online;
  }

  public boolean hasEnded() {
    return ended;
  }

  /** Whether a CONNECT has been accepted for it, as for any but one that is just being made. */
  boolean isPrepared() {
    return connect != null;
  }

  /** The CONNECT that serves it now, or served it last, then without its will. */
  public Connect connect() {
    Connect c = connect;
    if (c == null) {
      throw new IllegalStateException("session was never connected");
    }
    return c;
  }

  /** What a session costs that such a CONNECT begins, in bytes. */
  static int cost(Connect connect) {
    Will will = connect.will();
    return BYTES
        + HeapBytes.string(connect.clientId())
        + cost(connect.username())
        + cost(connect.authenticationMethod())
        + (will == null ? 0 : will.keptBytes());
  }

  private static int cost(@Nullable String text) {
    return text == null ? 0 : HeapBytes.string(text);
  }

  /** What the session costs with its CONNECT and a will that waits, in bytes. */
  int cost() {
    Will pending = pendingWill;
    return cost(connect()) + (pending == null ? 0 : pending.keptBytes());
  }

  /** Lets go of the will, which a session without a socket would keep for as long as it lasts. */
  @Nullable Will takeWill() {
    Connect c = connect();
    connect = c.withoutWill();
    return c.will();
  }

  public @Nullable Outlet outlet() {
    return outlet;
  }

  /** Session Expiry Interval in seconds; 0xFFFFFFFF = never. */
  public long expirySeconds() {
    return expirySeconds;
  }

  public void expirySeconds(long seconds) {
    boolean wasDurable = isDurable();
    expirySeconds = seconds;
    if (seconds > 0) {
      context.store().sessionKept(clientId, seconds);
    } else if (wasDurable) {
      // It ends with its connection now, whatever becomes of the process.
      context.store().sessionEnded(clientId);
    }
  }

  /** Whether it outlives its connection, so that the store has to know about it. */
  public boolean isDurable() {
    return expirySeconds > 0;
  }

  /** Marks it taken, before CONNACK, which may have to wait for the store. */
  void prepare(Connect packet, Outlet socket, int keepAlive, long expiry) {
    connect = packet;
    owner = socket;
    keepAliveSeconds = keepAlive;
    expirySeconds(expiry);
  }

  /** Lets messages go to a socket, first what was in flight [MQTT-4.4.0-1]. After CONNACK. */
  public void attach(Outlet socket) {
    outlet = socket;
    carriedOver = unreleasedCount() == 0 || unreleased == null ? null : unreleased.copy();
    maxPacketBytes = socket.maxPacketBytes();
    online = true;
    if (deliveries != null) {
      deliveries.attach(socket, window());
    }
  }

  /** The socket is gone. */
  void detach() {
    owner = null;
    outlet = null;
    carriedOver = null;
    online = false;
    if (deliveries != null) {
      deliveries.detach();
    }
  }

  void markEnded() {
    ended = true;
  }

  // ---- subscriptions

  public @Nullable Subscriber subscription(String filter) {
    Map<String, Subscriber> all = subscriptions;
    return all == null ? null : all.get(filter);
  }

  public Collection<Subscriber> subscriptions() {
    Map<String, Subscriber> all = subscriptions;
    return all == null ? List.of() : all.values();
  }

  public void addSubscription(Subscriber subscriber) {
    Map<String, Subscriber> all = subscriptions;
    if (all == null) {
      all = new HashMap<>(4);
      subscriptions = all;
    }
    all.put(subscriber.filter(), subscriber);
    mostSubscriptions = Math.max(mostSubscriptions, all.size());
  }

  public @Nullable Subscriber removeSubscription(String filter) {
    if (deliveries != null) {
      deliveries.replays().remove(filter);
    }
    Map<String, Subscriber> all = subscriptions;
    Subscriber removed = all == null ? null : all.remove(filter);
    if (all != null && mostSubscriptions > SMALL_MAP && all.size() <= mostSubscriptions / 2) {
      // A map never shrinks by itself.
      mostSubscriptions = all.size();
      subscriptions = new HashMap<>(all);
    }
    return removed;
  }

  // ---- from the client

  /** Counts a PUBLISH that the client sent. */
  public void countPublish() {
    publishesReceived++;
  }

  /** QoS 2 messages that the client has not released. */
  public int unreleasedCount() {
    PacketIdSet ids = unreleased;
    return ids == null ? 0 : ids.size();
  }

  public boolean isUnreleased(int packetId) {
    PacketIdSet ids = unreleased;
    return ids != null && ids.contains(packetId);
  }

  /** Those of them that an earlier connection brought. */
  public int carriedOverCount() {
    PacketIdSet ids = carriedOver;
    return ids == null ? 0 : ids.size();
  }

  public boolean isCarriedOver(int packetId) {
    PacketIdSet ids = carriedOver;
    return ids != null && ids.contains(packetId);
  }

  /**
   * Whether one more packet identifier can be remembered; asked before its message is published.
   */
  public boolean hasRoomToReceive() {
    PacketIdSet ids = unreleased;
    // It grows at once: a message that is refused leaves its room to the next one.
    return ids == null || !ids.isFull() || ids.grow(memory.take(ids.growth()));
  }

  /** Remembers a QoS 2 packet identifier until PUBREL [MQTT-4.3.3-10]. */
  public void receive(int packetId) {
    PacketIdSet ids = unreleased;
    if (ids == null) {
      ids = new PacketIdSet();
      unreleased = ids;
    }
    ids.add(packetId);
    if (isDurable()) {
      context.store().received(clientId, packetId);
    }
  }

  /**
   * PUBREL has come.
   *
   * @return whether the packet identifier was known
   */
  public boolean release(int packetId) {
    PacketIdSet ids = unreleased;
    boolean known = ids != null && ids.remove(packetId);
    if (ids != null && known) {
      memory.give(ids.shrink());
    }
    if (carriedOver != null) {
      carriedOver.remove(packetId);
    }
    if (known && isDurable()) {
      context.store().released(clientId, packetId);
    }
    return known;
  }

  /**
   * PUBACK has come, or a PUBREC with an error, or PUBCOMP. An identifier that is not in flight is
   * ignored: its message may have been dropped meanwhile.
   *
   * @param qos QoS that this acknowledgement belongs to
   * @param received whether the message had been received before: PUBCOMP
   * @throws io.nanomq.codec.ProtocolError 0x82 where the message that is in flight under this
   *     identifier has to be acknowledged otherwise
   */
  public void acknowledge(int packetId, int qos, boolean received) {
    if (deliveries != null) {
      deliveries.acknowledge(packetId, qos, received);
    }
  }

  /**
   * PUBREC has come: PUBREL is what remains to be sent.
   *
   * @return whether the packet identifier is in flight
   * @throws io.nanomq.codec.ProtocolError 0x82 where it is in flight at QoS 1
   */
  public boolean received(int packetId) {
    return deliveries != null && deliveries.received(packetId);
  }

  // ---- to the client

  @Override
  public int maxPacketBytes() {
    return maxPacketBytes;
  }

  @Override
  public boolean isFull() {
    return full;
  }

  /** Whether what is to wait for the client has no room; on the loop. */
  void full(boolean now) {
    if (full != now) {
      full = now;
      context.fanOut().addFull(now ? 1 : -1);
    }
  }

  @Override
  public @Nullable DropReason deliver(
      OutgoingPublish message,
      int qos,
      boolean retain,
      int @Nullable [] identifiers,
      @Nullable SharedGroup group) {
    return ended ? null : deliveries().deliver(message, qos, retain, identifiers, group);
  }

  @Override
  public void dropped(DropReason reason) {
    context.events().dropped(clientId, reason);
  }

  /** The connection is closed: what it was given last may be written in part. */
  @Override
  public void failed(Throwable failure) {
    if (failure instanceof OutOfDirectMemoryError) {
      LOG.warnf("No memory for what client %s is sent: %s", clientId, failure.getMessage());
    } else {
      LOG.errorf(failure, "A message could not be delivered to client %s", clientId);
    }
    loop.eventLoop().execute(() -> disconnect(ReasonCode.UNSPECIFIED_ERROR, null));
  }

  /** What it has been sent, null = nothing ever. */
  @Nullable Deliveries sentDeliveries() {
    return deliveries;
  }

  private Deliveries deliveries() {
    Deliveries all = deliveries;
    if (all == null) {
      all = new Deliveries(this, context);
      deliveries = all;
      Outlet socket = outlet;
      if (socket != null) {
        all.attach(socket, window());
      }
    }
    return all;
  }

  private int window() {
    return Math.min(connect().receiveMaximum(), context.conf().maxInflightWindow());
  }

  /** Sends what waits, as far as socket and window let it. */
  public void pump() {
    if (deliveries != null) {
      deliveries.pump();
    }
  }

  /**
   * Does what {@link #pump} does, in a task of its own: for a socket that takes more, which is seen
   * within the write of a message.
   */
  public void pumpLater() {
    if (deliveries != null) {
      deliveries.pumpLater();
    }
  }

  /**
   * Starts to send the retained messages of a subscription, anew where it has been sent only some
   * of them; {@link #pump} goes on with it.
   */
  public void replay(String filter, RetainedCursor cursor, int qos, int @Nullable [] identifiers) {
    deliveries().replays().add(filter, cursor, qos, identifiers);
  }

  /**
   * A replay is to begin, or to go on. There is one at a time, whatever the client subscribes to.
   *
   * @return whether there is room for its way through the store
   */
  boolean beginReplay() {
    if (replayBytes == 0) {
      int needed = RetainedCursor.bytes(context.conf().maxTopicLevels());
      replayBytes = memory.take(needed) ? needed : 0;
    }
    return replayBytes > 0;
  }

  /** No replay is under way. */
  void endReplay() {
    memory.give(replayBytes);
    replayBytes = 0;
  }

  // ---- the end

  /** Hands what shared subscriptions brought and nobody has to another member. */
  void redispatch() {
    if (deliveries != null) {
      deliveries.redispatch();
    }
  }

  /** Closes the socket that serves it, or is about to, where there is one. */
  public void disconnect(ReasonCode reason, @Nullable String message) {
    Outlet socket = owner;
    if (socket != null) {
      socket.close(reason, message);
    }
  }

  SessionSnapshot details() {
    return new SessionSnapshot(snapshot(), expirySeconds, unreleasedCount());
  }

  ClientSnapshot snapshot() {
    Connect c = connect();
    Deliveries all = deliveries;
    String user = c.username();
    return new ClientSnapshot(
        clientId,
        user == null ? "" : user,
        keepAliveSeconds,
        outlet != null,
        c.cleanStart(),
        "MQTT",
        c.version(),
        publishesReceived,
        subscriptions().size(),
        all == null ? 0 : all.queued(),
        all == null ? 0 : all.inflight());
  }
}
