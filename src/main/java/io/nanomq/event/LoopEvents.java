package io.nanomq.event;

import io.nanomq.config.key.value.Network;
import io.nanomq.event.BrokerEvent.Kind;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.Timeout;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.Connect;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.Subscription;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Where one loop tells what happens on it. What nobody wants costs a look at the listeners. */
@LoopConfined
public final class LoopEvents {
  private static final long BEAT_MILLIS = 1_000;

  /** Drops that belong to no client; the counters have them already. */
  private static final Set<DropReason> WITHOUT_CLIENT =
      EnumSet.of(DropReason.NO_MEMBER, DropReason.RETAINED_FULL, DropReason.CONNECTION_LIMIT);

  private final LoopContext loop;
  private final BrokerEvents events;
  private final LongSupplier wallMillis;
  private final DropLog drops = new DropLog();
  private final Map<DropReason, Long> told = new EnumMap<>(DropReason.class);
  private final Timeout beat =
      Timeout.of(
          () -> {
            tellDrops();
            start();
          });

  /**
   * @param wallMillis the time of day, in milliseconds since 1970
   */
  public LoopEvents(LoopContext loop, BrokerEvents events, LongSupplier wallMillis) {
    this.loop = loop;
    this.events = events;
    this.wallMillis = wallMillis;
  }

  /** Lets drops be told once a second from now on. */
  public void start() {
    loop.timer().arm(beat, loop.nowMillis() + BEAT_MILLIS);
  }

  /**
   * A client was let in.
   *
   * @param keepAliveSeconds keep alive in force
   */
  public void connected(Connect connect, int keepAliveSeconds, @Nullable SocketAddress peer) {
    if (events.isWanted(Kind.CONNECTED)) {
      tell(
          new BrokerEvent.Connected(
              wallMillis.getAsLong(),
              client(connect, peer),
              connect.version(),
              keepAliveSeconds,
              connect.cleanStart()));
    }
  }

  /** A CONNECT has come. */
  public void connecting(Connect connect, @Nullable SocketAddress peer) {
    if (events.isWanted(Kind.CONNECTING)) {
      tell(
          new BrokerEvent.Connecting(
              wallMillis.getAsLong(),
              client(connect, peer),
              connect.version(),
              connect.keepAliveSeconds()));
    }
  }

  /** A CONNECT was answered; the parameters are those of {@link BrokerEvent.Answered}. */
  public void answered(
      Connect connect, int keepAliveSeconds, int reasonCode, @Nullable SocketAddress peer) {
    if (events.isWanted(Kind.ANSWERED)) {
      tell(
          new BrokerEvent.Answered(
              wallMillis.getAsLong(),
              client(connect, peer),
              connect.version(),
              keepAliveSeconds,
              reasonCode));
    }
  }

  /** A client asks to subscribe. */
  public void subscribing(String clientId, Subscription asked) {
    asked(Kind.SUBSCRIBING, clientId, asked.filter(), asked.qos());
  }

  /** A client asks to unsubscribe. */
  public void unsubscribing(String clientId, String filter) {
    asked(Kind.UNSUBSCRIBING, clientId, filter, 0);
  }

  private void asked(Kind kind, String clientId, String filter, int qos) {
    if (events.isWanted(kind)) {
      tell(new BrokerEvent.Asked(kind, wallMillis.getAsLong(), clientId, filter, qos));
    }
  }

  /**
   * A session is over.
   *
   * @param connect that served it last
   */
  public void ended(Connect connect, BrokerEvent.End why) {
    if (events.isWanted(Kind.ENDED)) {
      tell(new BrokerEvent.Ended(wallMillis.getAsLong(), client(connect, null), why));
    }
  }

  /** Whether somebody wants to know of each message that goes to a client, or is dropped. */
  public boolean tellsMessages() {
    return events.tellsMessages();
  }

  /** A message was given to a client's socket; to be called only where messages are told. */
  public void delivered(Connect to, PublishMessage message) {
    passed(Kind.DELIVERED, to, message);
  }

  /** A client has a message for good. */
  public void acknowledged(Connect to, @Nullable PublishMessage message) {
    if (message != null && tellsMessages()) {
      passed(Kind.ACKNOWLEDGED, to, message);
    }
  }

  private void passed(Kind kind, Connect to, PublishMessage message) {
    if (events.isWanted(kind)) {
      tell(
          new BrokerEvent.Message(
              kind, wallMillis.getAsLong(), to.clientId(), to.username(), message));
    }
  }

  private void tell(BrokerEvent event) {
    events.tell(loop.index(), event);
  }

  /** The connection of a client that had been let in is over. */
  public void disconnected(Connect connect, int reasonCode, @Nullable SocketAddress peer) {
    if (events.isWanted(Kind.DISCONNECTED)) {
      tell(new BrokerEvent.Disconnected(wallMillis.getAsLong(), client(connect, peer), reasonCode));
    }
  }

  private static BrokerEvent.Client client(Connect connect, @Nullable SocketAddress peer) {
    InetAddress ip = peer instanceof InetSocketAddress inet ? inet.getAddress() : null;
    String address = ip == null ? "" : Network.plain(ip);
    return new BrokerEvent.Client(connect.clientId(), connect.username(), address);
  }

  public void subscribed(String clientId, Subscription subscription) {
    if (events.isWanted(Kind.SUBSCRIBED)) {
      tell(
          new BrokerEvent.Subscribed(
              wallMillis.getAsLong(), clientId, subscription.filter(), subscription.qos()));
    }
  }

  public void unsubscribed(String clientId, String filter) {
    if (events.isWanted(Kind.UNSUBSCRIBED)) {
      tell(new BrokerEvent.Unsubscribed(wallMillis.getAsLong(), clientId, filter));
    }
  }

  /** A client was denied something; the parameters are those of {@link BrokerEvent.Denied}. */
  public void denied(BrokerEvent.Client client, String action, String topic, String reason) {
    if (events.isWanted(Kind.DENIED)) {
      tell(new BrokerEvent.Denied(wallMillis.getAsLong(), client, action, topic, reason));
    }
  }

  /**
   * A bridge stays down, or is up again; the parameters are those of {@link BrokerEvent.Bridged}.
   */
  public void bridged(String name, boolean up, String error) {
    if (events.isWanted(up ? Kind.BRIDGE_UP : Kind.BRIDGE_DOWN)) {
      tell(new BrokerEvent.Bridged(wallMillis.getAsLong(), up, name, error));
    }
  }

  /**
   * Counts a message for a client that is dropped, and tells of it.
   *
   * @param message null where nobody wants to know, or it is not known any more
   */
  public void dropped(Connect to, DropReason reason, @Nullable PublishMessage message) {
    dropped(to.clientId(), reason);
    if (message != null && tellsMessages()) {
      lost(to, reason, message);
    }
  }

  /** Tells of a message for a client that is dropped, and counted already. */
  public void lost(Connect to, DropReason reason, PublishMessage message) {
    if (events.isWanted(Kind.MESSAGE_DROPPED)) {
      tell(
          new BrokerEvent.MessageDropped(
              wallMillis.getAsLong(), to.clientId(), to.username(), reason, message));
    }
  }

  /** Counts a message of a client, or for it, that is dropped; it is told with the next beat. */
  public void dropped(String clientId, DropReason reason) {
    loop.counters().drop(reason);
    if (events.isWanted(Kind.DROPPED)) {
      drops.add(clientId, reason, 1);
    }
  }

  private void tellDrops() {
    boolean wanted = events.isWanted(Kind.DROPPED);
    for (DropReason reason : WITHOUT_CLIENT) {
      long now = loop.counters().drops(reason);
      Long before = told.put(reason, now);
      if (wanted && before != null && now > before) {
        drops.add("", reason, now - before);
      }
    }
    long at = wallMillis.getAsLong();
    drops.drain(
        (client, reason, count) -> tell(new BrokerEvent.Dropped(at, client, reason, count)));
  }
}
