package io.nanomq.session;

import io.nanomq.authn.ClientIdentity;
import io.nanomq.authz.AccessClient;
import io.nanomq.authz.ClientAccess;
import io.nanomq.codec.OutgoingPublish;
import io.nanomq.codec.ReasonCode;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.Timeout;
import io.nanomq.memory.Account;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.Connect;
import io.nanomq.packet.TopicName;
import io.nanomq.packet.Will;
import io.nanomq.retained.RetainedCursor;
import io.nanomq.router.Recipient;
import io.nanomq.router.SharedGroup;
import io.nanomq.router.Subscriber;
import java.util.Collection;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The state of one client, MQTT 5.0 section 4.1: subscriptions, queue, what is in flight both ways.
 * It lives on the loop where it began and never moves; sockets that resume it move to that loop.
 */
@LoopConfined
public final class Session extends Recipient {
  private final String clientId;
  private final LoopContext loop;
  private final SessionContext context;
  private final SessionMemory memory;
  // session; what few sessions need is made when it is needed
  private SubscriptionMap subscriptions = SubscriptionMap.NONE;
  private @Nullable UnreleasedMessages unreleased;
  private @Nullable Deliveries deliveries;
  private long expirySeconds;
  @Nullable SessionRecords records; // what it tells the store; null = it is not durable
  @Nullable SessionRecords willRecord; // where the store is to have its will and nothing else
  private long publishesReceived;
  private boolean ended;
  @Nullable Will pendingWill;
  @Nullable Timeout endTimeout;
  @Nullable Timeout willTimeout;
  // connection
  // Who serves it, from the moment its CONNECT is accepted; the writer is open from CONNACK on.
  @Nullable PacketWriter owner;
  private @Nullable PacketWriter writer;
  private volatile boolean online;
  private volatile boolean full;
  private volatile int maxPacketBytes = Integer.MAX_VALUE;
  private @Nullable Connect connect;
  int keepAliveSeconds;
  private ClientIdentity identity = ClientIdentity.NOBODY;
  private final ClientAccess access;
  boolean readsPartly; // some messages of what it subscribes to are held back
  @Nullable String bridgeOf; // broker whose bridge it is, of a version whose messages do not say it

  /** Holds what {@code memory} has taken. */
  Session(String clientId, LoopContext loop, SessionContext context, SessionMemory memory) {
    this.clientId = clientId;
    this.loop = loop;
    this.context = context;
    this.memory = memory;
    this.access = new ClientAccess(context.access(), memory, clientId);
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
  public boolean isPrepared() {
    return connect != null;
  }

  /** The CONNECT that serves it now, or served it last, then without its will. */
  public Connect connect() {
    return Objects.requireNonNull(connect, "session was never connected");
  }

  /** Who the client is that serves it now, or served it last. */
  public ClientIdentity identity() {
    return identity;
  }

  /**
   * Who it is was shown.
   *
   * @return false = there is no room for what it brought, and nothing has changed
   */
  public boolean identity(ClientIdentity shown, AccessClient client) {
    if (!memory.exchange(identity.keptBytes(), shown.keptBytes())) {
      return false;
    }
    identity = shown;
    readsPartly |= access.belongTo(client);
    SessionRecords.owned(this, context);
    return true;
  }

  /** What that client may do. */
  public ClientAccess access() {
    return access;
  }

  /** Lets go of the will, which a session without a socket would keep for as long as it lasts. */
  @Nullable Will takeWill() {
    Connect c = connect();
    connect = c.withoutWill();
    return c.will();
  }

  public @Nullable PacketWriter writer() {
    return writer;
  }

  /** Session Expiry Interval in seconds; 0xFFFFFFFF = never. */
  public long expirySeconds() {
    return expirySeconds;
  }

  public void expirySeconds(long seconds) {
    expirySeconds = seconds;
    boolean wasDurable = records != null;
    records = SessionRecords.of(this, records, context);
    if (wasDurable != isDurable() && !subscriptions.all().isEmpty()) {
      context.fanOut().recount(subscriptions.all());
    }
  }

  @Override
  public boolean isDurable() {
    return expirySeconds > 0;
  }

  @Override
  public long storedNumber() {
    return records == null ? 0 : records.number();
  }

  /** Marks it taken, before CONNACK, which may have to wait for the store; null = by nobody. */
  void prepare(Connect packet, @Nullable PacketWriter socket, int keepAlive, long expiry) {
    connect = packet;
    owner = socket;
    keepAliveSeconds = keepAlive;
    expirySeconds(expiry);
  }

  /** Lets messages go to a socket, first what was in flight [MQTT-4.4.0-1]. After CONNACK. */
  public void attach(PacketWriter socket) {
    writer = socket;
    if (unreleased != null) {
      unreleased.attach();
    }
    maxPacketBytes = socket.maxPacketBytes();
    online = true;
    if (deliveries != null) {
      deliveries.attach(socket, window());
    }
  }

  /** The socket is gone. */
  void detach() {
    owner = null;
    writer = null;
    if (unreleased != null) {
      unreleased.detach();
    }
    online = false;
    if (deliveries != null) {
      deliveries.detach();
    }
  }

  void markEnded() {
    ended = true;
    leave();
  }

  public @Nullable Subscriber subscription(String filter) {
    return subscriptions.get(filter);
  }

  public Collection<Subscriber> subscriptions() {
    return subscriptions.all();
  }

  public void addSubscription(Subscriber subscriber) {
    if (subscriptions == SubscriptionMap.NONE) {
      subscriptions = SubscriptionMap.make();
    }
    subscriptions.put(subscriber);
  }

  public @Nullable Subscriber removeSubscription(String filter) {
    if (deliveries != null) {
      deliveries.replays().remove(filter);
    }
    return subscriptions.remove(filter);
  }

  /** Counts a PUBLISH that the client sent. */
  public void countPublish() {
    publishesReceived++;
  }

  /** Its QoS 2 messages that the client has not released. */
  public UnreleasedMessages unreleased() {
    if (unreleased == null) {
      unreleased = new UnreleasedMessages(this);
    }
    return unreleased;
  }

  @Override
  public void receivedWithMessage(int packetId) {
    unreleased().toldWithMessage(packetId);
  }

  /** How many these are. */
  public int unreleasedCount() {
    return unreleased == null ? 0 : unreleased.size();
  }

  /** Those of them that an earlier connection brought. */
  public int carriedOverCount() {
    return unreleased == null ? 0 : unreleased.carriedOverCount();
  }

  public boolean isUnreleased(int packetId) {
    return unreleased != null && unreleased.contains(packetId);
  }

  /**
   * PUBACK, a PUBREC with an error or, of what was {@code received}, PUBCOMP has come. What is not
   * in flight is ignored: it may have been dropped. Throws 0x82 for what is in flight otherwise.
   */
  public void acknowledge(int packetId, int qos, boolean received) {
    if (deliveries != null) {
      deliveries.acknowledge(packetId, qos, received);
    }
  }

  /** PUBREC has come: whether PUBREL is to be sent. Throws 0x82 for what is in flight at QoS 1. */
  public boolean received(int packetId) {
    return deliveries != null && deliveries.inflightDeliveries().received(packetId);
  }

  @Override
  public int maxPacketBytes() {
    return maxPacketBytes;
  }

  @Override
  public int inFlight() {
    Deliveries now = deliveries;
    return now == null ? 0 : now.inflightDeliveries().size();
  }

  @Override
  public int shareHash() {
    return clientId.hashCode();
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
    assert loop.isHere() : "delivered on another thread";
    if ((readsPartly && holdsBack(message.topic())) || Subscriptions.isBack(this, message)) {
      return group == null ? null : DropReason.NOT_AUTHORIZED;
    }
    return ended ? null : deliveries().deliver(message, qos, retain, identifiers, group);
  }

  /** Whether a topic is denied of a filter that is allowed. */
  boolean holdsBack(TopicName topic) {
    return readsPartly && !access.mayRead(topic);
  }

  @Override
  public void dropped(DropReason reason, OutgoingPublish message) {
    boolean isTold = context.events().tellsMessages();
    context.events().dropped(connect(), reason, isTold ? message.message() : null);
  }

  /** The connection is closed: what it was given last may be written in part. */
  @Override
  public void failed(Throwable failure) {
    FailedDelivery.of(this, failure);
  }

  /** What it has been sent, null = nothing ever. */
  @Nullable Deliveries sentDeliveries() {
    return deliveries;
  }

  Deliveries deliveries() {
    if (deliveries == null) {
      deliveries = new Deliveries(this, context);
      if (writer != null) {
        deliveries.attach(writer, window());
      }
    }
    return deliveries;
  }

  private int window() {
    return Math.min(connect().receiveMaximum(), context.conf().queues().maxInflightWindow());
  }

  /** Sends what waits, as far as socket and window let it. */
  public void pump() {
    if (deliveries != null) {
      deliveries.pump();
    }
  }

  /** As {@link #pump}, in a task of its own: a socket takes more within the write of a message. */
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

  /** Hands what shared subscriptions brought and nobody has to another member. */
  void redispatch() {
    if (deliveries != null) {
      deliveries.redispatch();
    } else {
      SessionRecords.forget(this);
    }
  }

  /** Closes the socket that serves it, or is about to, where there is one. */
  public void disconnect(ReasonCode reason, @Nullable String message) {
    PacketWriter socket = owner;
    if (socket != null) {
      socket.close(reason, message);
    }
  }

  ClientSnapshot snapshot() {
    return ClientSnapshot.of(this, keepAliveSeconds, publishesReceived);
  }
}
