package io.nanomq.session;

import io.nanomq.codec.OutgoingPublish;
import io.nanomq.codec.ProtocolError;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.Timeout;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.PublishMessage;
import io.nanomq.queue.Delivery;
import io.nanomq.queue.HeldMessages;
import io.nanomq.queue.InflightWindow;
import io.nanomq.queue.MessageHolder;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is in flight to one client: acknowledged by it, sent again when it comes back, and from time
 * to time to clients of MQTT 3.1 and 3.1.1.
 */
@LoopConfined
final class InflightDeliveries {
  /** How soon a changed interval of retries holds for what is in flight already. */
  private static final int LOOK_AT_RETRY_MILLIS = 10_000;

  private static final long NO_RETRY_MILLIS = TimeUnit.DAYS.toMillis(365);

  private final Session session;
  private final LoopContext loop;
  private final SessionContext context;
  private final HeldMessages held;
  private final MessageHolder holder;
  // session
  private @Nullable InflightWindow inflight;
  private @Nullable Inheritance inheritance;
  // connection
  private @Nullable PacketWriter writer;
  private int window;
  private int outstanding;
  private @Nullable Delivery resend;
  private @Nullable Timeout retry;

  /**
   * @param holder who is counted as keeping them
   */
  InflightDeliveries(Session session, SessionContext context, MessageHolder holder) {
    this.session = session;
    this.loop = session.loop();
    this.context = context;
    this.held = context.held();
    this.holder = holder;
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

  /**
   * Another user has the session from now on.
   *
   * @param below all lower sequence numbers are of messages for the one before
   */
  void inherit(long below) {
    inheritance = new Inheritance(session, below);
  }

  /** Whether a message waits for another user, and who has the session now may not read it. */
  boolean withholds(Delivery delivery, PublishMessage message) {
    return inheritance != null && inheritance.withholds(delivery, message);
  }

  /** Whether as many are on their way as may be. */
  boolean isFull() {
    return outstanding >= window;
  }

  /** Whether some are still to be sent once more on this connection. */
  boolean isRepeating() {
    return resend != null;
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
    giveUpLost();
    resend = first();
    for (Delivery d = resend; d != null; d = d.next) {
      d.sent = false;
    }
  }

  /**
   * Gives up what cannot be sent again, since there was no room to keep it. The identifier of a QoS
   * 2 message that the client may have is released before it means another message.
   */
  private void giveUpLost() {
    InflightWindow flight = inflight;
    Delivery next = first();
    while (flight != null && next != null) {
      Delivery delivery = next;
      next = delivery.next;
      if (delivery.message == null && !delivery.received) {
        context.events().dropped(session.clientId(), DropReason.MEMORY_FULL);
        if (delivery.qos == 2) {
          take(delivery);
        } else {
          delivery.sent = false;
          settle(flight, delivery);
        }
      }
    }
  }

  /** The socket is gone. */
  void detach() {
    writer = null;
    resend = null;
    Timeout armed = retry;
    if (armed != null) {
      loop.timer().cancel(armed);
    }
  }

  /**
   * Gives a message that goes out for the first time its packet identifier. Where there is no room
   * to keep it, it is sent nevertheless.
   */
  void add(PacketWriter socket, Delivery delivery) {
    InflightWindow flight = inflight;
    if (flight == null) {
      flight = new InflightWindow();
      inflight = flight;
    }
    flight.add(delivery);
    SessionRecords records = session.records;
    if (records != null) {
      records.sent(delivery);
    }
    if (!held.hold(holder, delivery)) {
      held.holdWithoutMessage(holder, delivery);
    }
    markSent(socket, delivery);
  }

  /**
   * Keeps the newest message no longer that is kept: it is on its way, and only lost if the
   * connection breaks before it is there.
   *
   * @return whether there was one
   */
  boolean shed() {
    InflightWindow flight = inflight;
    Delivery newest = flight == null ? null : flight.last();
    while (newest != null && newest.message == null) {
      newest = newest.previous;
    }
    if (newest == null) {
      return false;
    }
    held.letGoOfMessage(holder, newest);
    return true;
  }

  private void markSent(PacketWriter socket, Delivery delivery) {
    delivery.sent = true;
    delivery.sentAtMillis = loop.nowMillis();
    outstanding++;
    if (socket.version() < 5 && (retry == null || !retry.isArmed())) {
      armRetry(loop.nowMillis() + retryMillis());
    }
  }

  // ---- acknowledgements

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
    if (!delivery.received && records != null) {
      records.taken(delivery);
    }
    delivery.received = true;
    context.events().acknowledged(session.connect(), delivery.message);
    held.letGoOfMessage(holder, delivery);
  }

  private void settle(InflightWindow flight, Delivery delivery) {
    if (resend == delivery) {
      resend = delivery.next;
    }
    flight.remove(delivery);
    held.letGo(holder, delivery);
    if (delivery.sent) {
      outstanding--;
    }
    SessionRecords records = session.records;
    if (records != null) {
      records.settled(delivery);
    }
  }

  // ---- once more

  /** Sends again what the connection before this one left, as far as socket and window take it. */
  void repeat(PacketWriter socket) {
    while (resend != null && !isFull() && socket.isWritable()) {
      Delivery delivery = resend;
      resend = delivery.next;
      markSent(socket, delivery);
      repeat(socket, delivery);
    }
  }

  /** Sends a message, or the PUBREL of one that was received, once more. */
  private void repeat(PacketWriter socket, Delivery delivery) {
    PublishMessage message = delivery.message;
    if (delivery.isReceived()) {
      socket.release(delivery.packetId);
      return;
    }
    if (message == null) {
      return;
    }
    if (withholds(delivery, message)) {
      giveUp(delivery, message, DropReason.NOT_AUTHORIZED);
      return;
    }
    boolean fits;
    OutgoingPublish outgoing = context.fanOut().outgoing();
    outgoing.begin(message, loop.nowMillis());
    try {
      fits = socket.fits(outgoing, true, delivery.identifiers);
      if (fits) {
        socket.publish(
            outgoing, delivery.qos, delivery.packetId, true, delivery.retain, delivery.identifiers);
      }
    } finally {
      outgoing.end();
    }
    if (!fits) {
      giveUp(delivery, message, DropReason.TOO_LARGE);
    }
  }

  /**
   * The client came back with a Maximum Packet Size below that of before, or as another user.
   * Another member of a group may have the message instead, unless it may be there already
   * [MQTT-4.8.2-5].
   */
  private void giveUp(Delivery delivery, PublishMessage message, DropReason reason) {
    InflightWindow flight = inflight;
    if (flight == null) {
      return;
    }
    settle(flight, delivery);
    if (delivery.group != null && delivery.qos < 2) {
      context.fanOut().redispatch(delivery.group, message, session, reason);
    } else {
      context.events().dropped(session.clientId(), reason);
    }
  }

  // ---- retry for MQTT 3.1 and 3.1.1

  private void armRetry(long atMillis) {
    Timeout timeout = retry;
    if (timeout == null) {
      timeout =
          new Timeout() {
            @Override
            protected void expired() {
              retryUnacknowledged();
            }
          };
      retry = timeout;
    }
    // The interval may change meanwhile, so it is looked at from time to time.
    loop.timer().arm(timeout, Math.min(atMillis, loop.nowMillis() + LOOK_AT_RETRY_MILLIS));
  }

  /** The interval of retries; without any, as good as for ever. */
  private long retryMillis() {
    int seconds = context.conf().retrySeconds();
    return seconds == 0 ? NO_RETRY_MILLIS : seconds * 1000L;
  }

  private void retryUnacknowledged() {
    PacketWriter socket = writer;
    InflightWindow flight = inflight;
    if (socket == null || flight == null) {
      return;
    }
    long interval = retryMillis();
    long nextAt = Long.MAX_VALUE;
    for (Delivery d = flight.first(); d != null && d != resend; d = d.next) {
      if (d.sentAtMillis + interval <= loop.nowMillis() && socket.isWritable()) {
        repeat(socket, d);
        d.sentAtMillis = loop.nowMillis();
      }
      nextAt = Math.min(nextAt, d.sentAtMillis + interval);
    }
    if (nextAt != Long.MAX_VALUE) {
      armRetry(Math.max(nextAt, loop.nowMillis() + 1000));
    }
  }
}
