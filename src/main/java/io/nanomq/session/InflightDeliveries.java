package io.nanomq.session;

import io.nanomq.codec.ProtocolError;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.PublishMessage;
import io.nanomq.queue.Delivery;
import io.nanomq.queue.GroupDelivery;
import io.nanomq.queue.HeldMessages;
import io.nanomq.queue.InflightPages;
import io.nanomq.queue.InflightWindow;
import io.nanomq.queue.PacketIdCommits;
import org.jspecify.annotations.Nullable;

/**
 * What is in flight to one client: acknowledged by it, sent again when it comes back, and from time
 * to time to clients of MQTT 3.1 and 3.1.1.
 *
 * <p>A QoS 2 message for a durable session goes out when the store has its packet identifier. Until
 * then it stands at the end with those that are still to be sent on this connection, and so do
 * those behind it.
 *
 * <p>Where the store can give messages back, memory has those for which there is room; the others
 * are read when they are to be sent again.
 */
@LoopConfined
final class InflightDeliveries {
  private final Session session;
  private final LoopContext loop;
  private final SessionContext context;
  private final HeldMessages held;
  private final Deliveries holder;
  private final Retransmission again;
  // session
  private @Nullable InflightWindow inflight;
  private @Nullable PacketIdCommits commits;
  private @Nullable InflightPages pages;
  // connection
  private @Nullable PacketWriter writer;
  private int window;
  private int outstanding;
  private @Nullable Delivery resend;
  private @Nullable RetryTimer retry;

  /**
   * @param holder who is counted as keeping them
   */
  InflightDeliveries(Session session, SessionContext context, Deliveries holder) {
    this.session = session;
    this.loop = session.loop();
    this.context = context;
    this.held = context.held();
    this.holder = holder;
    this.again = new Retransmission(session, context);
  }

  int size() {
    InflightWindow flight = inflight;
    return flight == null ? 0 : flight.size();
  }

  /** The one that was sent first; null = none. */
  @Nullable Delivery first() {
    InflightWindow flight = inflight;
    return flight == null ? null : flight.first();
  }

  /** The session has ended: takes out the one that was sent first; null = there is none. */
  @Nullable Delivery poll() {
    Delivery first = first();
    if (first != null) {
      places().remove(first);
    }
    return first;
  }

  Retransmission again() {
    return again;
  }

  // ---- what only the store has

  private boolean isStored() {
    return session.records != null && context.store().hasPages();
  }

  /** Whether only the store has the message of some. */
  boolean isAway() {
    return isStored() && InflightPages.firstAway(first()) != null;
  }

  /**
   * Asks for a message that only the store has.
   *
   * @return whether it does: the deliveries are told when it has come
   */
  boolean fetch(Delivery delivery) {
    boolean isAway = InflightPages.isAway(delivery) && isStored();
    if (isAway) {
      pages().read(session.storedNumber(), delivery);
    }
    return isAway;
  }

  private InflightPages pages() {
    InflightPages all = pages;
    if (all == null) {
      all =
          new InflightPages(
              context.store(), held, holder, places(), this::pageCame, this::giveUpLost);
      pages = all;
    }
    return all;
  }

  private void pageCame() {
    RetryTimer waiting = retry;
    if (waiting != null) {
      waiting.pageCame();
    }
    holder.unsent().pageCame();
  }

  // ---- on their way

  /** Who is sent them; null = nobody. */
  @Nullable PacketWriter socket() {
    return writer;
  }

  /** The first of those that are still to be sent on this connection; null = all were. */
  @Nullable Delivery firstToSend() {
    return resend;
  }

  /** Whether as many are on their way, or about to be, as may be. */
  boolean isFull() {
    return outstanding >= window || resend != null && size() >= window;
  }

  /** Whether some are still to be sent on this connection, for the first time or once more. */
  boolean isRepeating() {
    return resend != null;
  }

  /** Whether the next one goes out as soon as the store has its packet identifier. */
  boolean isAwaitingStore() {
    Delivery next = resend;
    return next != null && !isSafe(next);
  }

  private boolean isSafe(Delivery delivery) {
    return delivery.qos < 2 || !delivery.fresh || commits == null || commits.isSafe(delivery);
  }

  /** Whether a message of that QoS may be sent, or wait for the store behind others. */
  boolean takes(int qos) {
    return resend == null || qos > 0 && isAwaitingStore();
  }

  /**
   * All that is there has to be sent once more [MQTT-4.4.0-1].
   *
   * @param window QoS 1 and 2 messages that may be on their way at once
   */
  void attach(PacketWriter socket, int window) {
    this.writer = socket;
    this.window = window;
    outstanding = 0;
    for (Delivery d = first(); d != null; d = d.next) {
      d.sent = false;
    }
    InflightPages.forEachAway(isStored() ? null : first(), this::giveUpLost);
    resend = first();
  }

  /**
   * There was no room to keep it. The identifier of a QoS 2 message that the client may have is
   * released before it means another message.
   */
  private void giveUpLost(Delivery delivery) {
    context.events().dropped(session.connect(), DropReason.MEMORY_FULL, null);
    if (delivery.qos == 2 && !delivery.fresh) {
      take(delivery);
    } else {
      settle(places(), delivery);
    }
  }

  /** The socket is gone. */
  void detach() {
    writer = null;
    resend = null;
    loop.timer().cancel(retry);
  }

  /**
   * Gives a message that is to go out for the first time its packet identifier. Where there is no
   * room to keep it, it is sent nevertheless if it can be at once.
   *
   * @return whether it goes out now: false = {@link #repeat} sends it, or it is given up
   */
  boolean add(PacketWriter socket, Delivery delivery) {
    InflightWindow flight = places();
    flight.add(delivery);
    SessionRecords records = session.records;
    if (records != null) {
      records.sent(delivery);
    }
    if (!held.hold(holder, delivery)) {
      held.holdWithoutMessage(holder, delivery);
      GroupDelivery.release(delivery, context.fanOut());
    }
    boolean isSafe = delivery.qos < 2 || records == null || commits().isSafeNow(delivery);
    if (isSafe && resend == null) {
      markSent(socket, delivery);
      return true;
    }
    if (delivery.message == null && !isStored()) {
      giveUpUnsent(flight, delivery);
      return false;
    }
    delivery.fresh = true;
    resend = resend == null ? delivery : resend;
    return false;
  }

  InflightWindow places() {
    if (inflight == null) {
      inflight = held.newWindow();
    }
    return inflight;
  }

  private PacketIdCommits commits() {
    PacketIdCommits all = commits;
    if (all == null) {
      all = new PacketIdCommits(session::pumpLater, context.store());
      commits = all;
    }
    return all;
  }

  private void giveUpUnsent(InflightWindow flight, Delivery delivery) {
    settle(flight, delivery);
    context.events().dropped(session.connect(), DropReason.MEMORY_FULL, null);
  }

  /**
   * Keeps the newest message no longer that is kept. Where the store does not have it: it is on its
   * way, and only lost if the connection breaks before it is there; or it never went out, and is
   * given up.
   *
   * @return whether there was one
   */
  boolean shed() {
    InflightWindow flight = inflight;
    Delivery newest = flight == null ? null : flight.last();
    while (newest != null && newest.message == null) {
      newest = newest.previous;
    }
    if (flight == null || newest == null) {
      return false;
    }
    if (newest.fresh && !isStored()) {
      giveUpUnsent(flight, newest);
    } else {
      held.letGoOfMessage(holder, newest);
      GroupDelivery.release(newest, context.fanOut());
    }
    return true;
  }

  private void markSent(PacketWriter socket, Delivery delivery) {
    delivery.sent = true;
    delivery.sentAtMillis = loop.nowMillis();
    outstanding++;
    if (delivery.qos == 2) {
      // Nobody else may have it from now on [MQTT-4.8.2-5].
      GroupDelivery.release(delivery, context.fanOut());
    }
    if (socket.version() < 5) {
      if (retry == null) {
        retry = new RetryTimer(context, this);
      }
      retry.sent();
    }
  }

  /**
   * PUBACK or PUBCOMP has come; see {@link Session#acknowledge}.
   *
   * @return whether the window has a place more
   */
  boolean acknowledge(int packetId, int qos, boolean received) {
    InflightWindow flight = inflight;
    Delivery delivery = flight == null ? null : flight.get(packetId);
    if (flight == null || delivery == null) {
      return false;
    }
    if (delivery.qos != qos || received && !delivery.isReceived()) {
      throw wrongAcknowledgement();
    }
    // PUBREC may come again once its PUBREL was sent; that it is an error now changes nothing.
    boolean settles = delivery.isReceived() == received;
    if (settles) {
      context.events().acknowledged(session.connect(), qos == 1 ? delivery.message : null);
      settle(flight, delivery);
    }
    return settles;
  }

  private static ProtocolError wrongAcknowledgement() {
    return ProtocolError.protocol(
        "acknowledgement of another kind than its message has to have [MQTT-4.3.2-4]");
  }

  /** PUBREC has come; see {@link Session#received}. */
  boolean received(int packetId) {
    InflightWindow flight = inflight;
    Delivery delivery = flight == null ? null : flight.get(packetId);
    if (delivery == null) {
      return false;
    }
    if (delivery.qos != 2) {
      throw wrongAcknowledgement();
    }
    take(delivery);
    delivery.sentAtMillis = loop.nowMillis();
    return true;
  }

  /** From now on its PUBREL is what is sent again [MQTT-4.3.3-4]. */
  private void take(Delivery delivery) {
    SessionRecords records = session.records;
    if (!delivery.isReceived() && records != null) {
      records.taken(delivery);
    }
    delivery.received();
    context.events().acknowledged(session.connect(), delivery.message);
    held.letGoOfMessage(holder, delivery);
  }

  private void settle(InflightWindow flight, Delivery delivery) {
    remove(flight, delivery);
    SessionRecords.settled(session, delivery, context.fanOut());
  }

  private void remove(InflightWindow flight, Delivery delivery) {
    if (resend == delivery) {
      resend = delivery.next;
    }
    flight.remove(delivery);
    held.letGo(holder, delivery);
    if (delivery.sent) {
      outstanding--;
    }
  }

  /**
   * Sends again what the connection before this one left, and what has waited for the store, as far
   * as socket and window take it.
   */
  void repeat(PacketWriter socket) {
    while (resend != null && isSafe(resend) && outstanding < window && socket.isWritable()) {
      Delivery delivery = resend;
      if (loop.budget().isUsedUp()) {
        holder.pumpNextTurn(delivery.payloadBytes());
        return;
      }
      if (fetch(delivery)) {
        return;
      }
      resend = delivery.next;
      markSent(socket, delivery);
      repeat(socket, delivery);
    }
  }

  /** Sends one of them again, or gives it up. */
  void repeat(PacketWriter socket, Delivery delivery) {
    PublishMessage message = delivery.message;
    DropReason obstacle = again.send(socket, delivery);
    if (obstacle != null && message != null) {
      giveUp(delivery, message, obstacle);
    }
  }

  /** The client came back with a Maximum Packet Size below that of before, or as another user. */
  private void giveUp(Delivery delivery, PublishMessage message, DropReason reason) {
    remove(places(), delivery);
    holder.unsent().giveUpOrHandOn(delivery, message, reason);
  }
}
