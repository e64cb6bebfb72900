package io.nanomq.session;

import io.nanomq.codec.OutgoingPublish;
import io.nanomq.codec.ProtocolError;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.Timeout;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.PublishMessage;
import io.nanomq.retained.RetainedCursor;
import io.nanomq.router.SharedGroup;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What goes to one client: the queue, what is in flight, retained messages to be replayed. Sessions
 * that never get a message have none.
 */
@LoopConfined
final class Deliveries {
  /** Messages of a replay that are sent before other sockets get their turn. */
  private static final int REPLAY_SLICE = 256;

  /** What a step counts that met nothing: it may have looked at as many topics. */
  private static final int EMPTY_STEP_COST = 8;

  /** How soon a changed interval of retries holds for what is in flight already. */
  private static final int LOOK_AT_RETRY_MILLIS = 10_000;

  private static final long NO_RETRY_MILLIS = TimeUnit.DAYS.toMillis(365);

  private final Session session;
  private final LoopContext loop;
  private final SessionContext context;
  // session
  private final DeliveryQueue queue = new DeliveryQueue();
  private @Nullable InflightWindow inflight;
  private @Nullable ReplayQueue replays;
  private long nextSequence;
  // connection
  private @Nullable Outlet outlet;
  private int window;
  private int outstanding;
  private @Nullable Delivery resend;
  private @Nullable Timeout retry;
  private boolean pumpScheduled;

  Deliveries(Session session, SessionContext context) {
    this.session = session;
    this.loop = session.loop();
    this.context = context;
  }

  int queued() {
    return queue.size();
  }

  int inflight() {
    InflightWindow flight = inflight;
    return flight == null ? 0 : flight.size();
  }

  /**
   * Lets messages go to a socket, first what was in flight [MQTT-4.4.0-1].
   *
   * @param window QoS 1 and 2 messages that may be on their way at once
   */
  void attach(Outlet socket, int window) {
    this.outlet = socket;
    this.window = window;
    outstanding = 0;
    InflightWindow flight = inflight;
    resend = flight == null ? null : flight.first();
    for (Delivery d = resend; d != null; d = d.next) {
      d.sent = false;
    }
    pump();
  }

  /** The socket is gone. */
  void detach() {
    outlet = null;
    resend = null;
    Timeout armed = retry;
    if (armed != null) {
      loop.timer().cancel(armed);
    }
  }

  /** As {@link Session#acknowledge}. */
  void acknowledge(int packetId, int qos, boolean received) {
    InflightWindow flight = inflight;
    Delivery delivery = flight == null ? null : flight.get(packetId);
    if (flight == null || delivery == null) {
      return;
    }
    if (delivery.qos != qos || received && !delivery.isReceived()) {
      throw wrongAcknowledgement();
    }
    // PUBREC may come again once its PUBREL was sent; that it is an error now changes nothing.
    if (delivery.isReceived() == received) {
      settle(flight, delivery);
      pump();
    }
  }

  private static ProtocolError wrongAcknowledgement() {
    return ProtocolError.protocol(
        "acknowledgement of another kind than its message has to have [MQTT-4.3.2-4]");
  }

  /** As {@link Session#received}. */
  boolean received(int packetId) {
    InflightWindow flight = inflight;
    Delivery delivery = flight == null ? null : flight.get(packetId);
    if (delivery == null) {
      return false;
    }
    if (delivery.qos != 2) {
      throw wrongAcknowledgement();
    }
    letGo(delivery);
    if (delivery.message != null && session.isDurable()) {
      context.store().taken(session.clientId(), delivery.sequence);
    }
    delivery.message = null;
    delivery.sentAtMillis = loop.nowMillis();
    return true;
  }

  private void settle(InflightWindow flight, Delivery delivery) {
    if (resend == delivery) {
      resend = delivery.next;
    }
    flight.remove(delivery);
    letGo(delivery);
    if (delivery.sent) {
      outstanding--;
    }
    if (session.isDurable()) {
      context.store().settled(session.clientId(), delivery.sequence);
    }
  }

  // ---- to the client

  /** As {@link Session#deliver}. */
  void deliver(
      OutgoingPublish message,
      int qos,
      boolean retain,
      int @Nullable [] identifiers,
      @Nullable SharedGroup group) {
    Outlet socket = outlet;
    boolean straight = socket != null && queue.isEmpty() && resend == null && socket.isWritable();
    if (qos == 0) {
      if (straight && socket != null) {
        if (socket.fits(message, false, identifiers)) {
          socket.publish(message, 0, 0, false, retain, identifiers);
        } else {
          drop(DropReason.TOO_LARGE);
        }
      } else if (socket == null) {
        drop(DropReason.OFFLINE_QOS_0);
      } else {
        enqueue(new Delivery(message.message(), 0, retain, identifiers, group, 0));
      }
      return;
    }
    if (loop.heldBytes() >= context.maxHeldBytes()) {
      drop(DropReason.MEMORY_FULL);
      return;
    }
    Delivery delivery =
        new Delivery(message.message(), qos, retain, identifiers, group, nextSequence++);
    if (straight && socket != null && outstanding < window) {
      keep(delivery);
      send(socket, message, delivery);
    } else {
      enqueue(delivery);
    }
  }

  private void enqueue(Delivery delivery) {
    if (queue.size() >= context.conf().queueLength()
        || queue.bytes() >= context.conf().queueBytes()) {
      drop(DropReason.QUEUE_FULL);
      return;
    }
    if (loop.heldBytes() >= context.maxHeldBytes()) {
      drop(DropReason.MEMORY_FULL);
      return;
    }
    hold(delivery);
    loop.counters().deliveriesQueued++;
    queue.add(delivery);
    keep(delivery);
  }

  /** Tells the store of a message that outlives the connection. */
  private void keep(Delivery delivery) {
    PublishMessage message = delivery.message;
    if (delivery.qos > 0 && message != null && session.isDurable()) {
      context
          .store()
          .queued(
              session.clientId(),
              delivery.sequence,
              message,
              delivery.qos,
              delivery.retain,
              delivery.identifiers);
    }
  }

  /** Sends a message for the first time. */
  private void send(Outlet socket, OutgoingPublish message, Delivery delivery) {
    if (!socket.fits(message, delivery.qos > 0, delivery.identifiers)) {
      drop(DropReason.TOO_LARGE);
      settleUnsent(delivery);
      return;
    }
    if (delivery.qos > 0) {
      InflightWindow flight = inflight;
      if (flight == null) {
        flight = new InflightWindow();
        inflight = flight;
      }
      flight.add(delivery);
      if (session.isDurable()) {
        context.store().sent(session.clientId(), delivery.sequence, delivery.packetId);
      }
      hold(delivery);
      markSent(socket, delivery);
    } else {
      letGo(delivery);
    }
    socket.publish(
        message, delivery.qos, delivery.packetId, false, delivery.retain, delivery.identifiers);
  }

  private void hold(Delivery delivery) {
    if (!delivery.held && delivery.message != null) {
      delivery.held = true;
      loop.hold(delivery.bytes());
    }
  }

  private void letGo(Delivery delivery) {
    if (delivery.held && delivery.message != null) {
      delivery.held = false;
      loop.hold(-delivery.bytes());
    }
  }

  private void settleUnsent(Delivery delivery) {
    letGo(delivery);
    if (delivery.qos > 0 && session.isDurable()) {
      context.store().settled(session.clientId(), delivery.sequence);
    }
  }

  private void markSent(Outlet socket, Delivery delivery) {
    delivery.sent = true;
    delivery.sentAtMillis = loop.nowMillis();
    outstanding++;
    if (socket.version() < 5 && (retry == null || !retry.isArmed())) {
      armRetry(loop.nowMillis() + retryMillis());
    }
  }

  /** Sends as much as socket and window take: what was in flight, the queue, retained messages. */
  void pump() {
    Outlet socket = outlet;
    if (socket == null) {
      return;
    }
    while (resend != null && outstanding < window && socket.isWritable()) {
      Delivery delivery = resend;
      resend = delivery.next;
      markSent(socket, delivery);
      repeat(socket, delivery);
    }
    while (resend == null && socket.isWritable()) {
      Delivery next = queue.peek();
      if (next == null) {
        break;
      }
      if (next.qos > 0 && outstanding >= window) {
        return;
      }
      queue.poll();
      sendQueued(socket, next);
    }
    ReplayQueue waiting = replays;
    if (waiting != null && resend == null && queue.isEmpty()) {
      replay(socket, waiting);
    }
  }

  private void sendQueued(Outlet socket, Delivery delivery) {
    PublishMessage message = delivery.message;
    if (message == null) {
      return;
    }
    if (message.isExpired(loop.nowMillis())) {
      drop(DropReason.EXPIRED);
      settleUnsent(delivery);
      return;
    }
    OutgoingPublish outgoing = context.fanOut().outgoing();
    outgoing.begin(message, loop.nowMillis());
    try {
      send(socket, outgoing, delivery);
    } finally {
      outgoing.end();
    }
  }

  /** Sends a message, or the PUBREL of one that was received, once more. */
  private void repeat(Outlet socket, Delivery delivery) {
    PublishMessage message = delivery.message;
    if (message == null) {
      socket.release(delivery.packetId);
      return;
    }
    OutgoingPublish outgoing = context.fanOut().outgoing();
    outgoing.begin(message, loop.nowMillis());
    try {
      if (socket.fits(outgoing, true, delivery.identifiers)) {
        socket.publish(
            outgoing, delivery.qos, delivery.packetId, true, delivery.retain, delivery.identifiers);
      } else {
        dropInflight(delivery);
      }
    } finally {
      outgoing.end();
    }
  }

  /** The client came back with a Maximum Packet Size below that of before. */
  private void dropInflight(Delivery delivery) {
    InflightWindow flight = inflight;
    if (flight != null) {
      drop(DropReason.TOO_LARGE);
      settle(flight, delivery);
    }
  }

  // ---- retained messages

  /** As {@link Session#replay}. */
  void replay(String filter, RetainedCursor cursor, int qos, int @Nullable [] identifiers) {
    ReplayQueue waiting = replays;
    if (waiting == null) {
      waiting = new ReplayQueue();
      replays = waiting;
    }
    waiting.add(filter, new RetainedReplay(cursor, qos, identifiers));
  }

  /** Sends no more retained messages of a subscription that is gone. */
  void endReplay(String filter) {
    ReplayQueue waiting = replays;
    if (waiting != null) {
      waiting.remove(filter);
    }
  }

  private void replay(Outlet socket, ReplayQueue waiting) {
    int budget = REPLAY_SLICE;
    RetainedReplay replay = waiting.first();
    while (replay != null && outstanding < window && socket.isWritable()) {
      if (budget-- <= 0) {
        pumpLater();
        return;
      }
      PublishMessage message = replay.cursor().next(loop.nowMillis());
      if (message == null) {
        budget = Math.max(0, budget - EMPTY_STEP_COST);
        if (replay.cursor().isDone()) {
          waiting.removeFirst();
          replay = waiting.first();
        }
      } else {
        int qos = Math.min(message.qos(), replay.qos());
        long sequence = qos == 0 ? 0 : nextSequence++;
        var delivery = new Delivery(message, qos, true, replay.identifiers(), null, sequence);
        keep(delivery);
        sendQueued(socket, delivery);
      }
    }
    if (replay == null) {
      replays = null;
    }
  }

  /** As {@link Session#pumpLater}. */
  void pumpLater() {
    boolean waits = resend != null || !queue.isEmpty() || replays != null;
    if (waits && !pumpScheduled) {
      pumpScheduled = true;
      loop.eventLoop()
          .execute(
              () -> {
                pumpScheduled = false;
                pump();
              });
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
    Outlet socket = outlet;
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

  // ---- the end

  /**
   * Hands what shared subscriptions brought and nobody has to another member, but for QoS 2
   * messages that were sent: the client may have them [MQTT-4.8.2-5].
   */
  void redispatch() {
    int lost = 0;
    InflightWindow flight = inflight;
    for (Delivery d = flight == null ? null : flight.first(); d != null; d = d.next) {
      letGo(d);
      boolean settled = d.isReceived() || d.qos < 2 && redispatch(d);
      lost += settled ? 0 : 1;
    }
    for (Delivery d = queue.poll(); d != null; d = queue.poll()) {
      lost += redispatch(d) ? 0 : 1;
    }
    for (int i = 0; i < lost; i++) {
      drop(DropReason.SESSION_ENDED);
    }
  }

  private boolean redispatch(Delivery delivery) {
    letGo(delivery);
    PublishMessage message = delivery.message;
    SharedGroup group = delivery.group;
    if (message == null || group == null) {
      return false;
    }
    context.fanOut().redispatch(group, message);
    return true;
  }

  private void drop(DropReason reason) {
    context.events().dropped(session.clientId(), reason);
  }
}
