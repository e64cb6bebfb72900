package io.nanomq.session;

import io.nanomq.codec.OutgoingPublish;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.TurnBudget;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.PublishMessage;
import io.nanomq.queue.Delivery;
import io.nanomq.queue.DeliveryQueue;
import io.nanomq.queue.GroupDelivery;
import io.nanomq.queue.HeldMessages;
import io.nanomq.queue.MessageHolder;
import io.nanomq.queue.QueueWatch;
import io.nanomq.router.SharedGroup;
import org.jspecify.annotations.Nullable;

/**
 * What goes to one client: the queue, what is in flight, retained messages to be replayed. Sessions
 * that never get a message have none.
 */
@LoopConfined
final class Deliveries extends MessageHolder {
  /** How soon it shows that a full queue may be longer now. */
  private static final int LOOK_AT_FULL_MILLIS = 5_000;

  private final Session session;
  private final LoopContext loop;
  private final SessionContext context;
  private final HeldMessages held;
  // session
  private final DeliveryQueue queue = new DeliveryQueue();
  private final InflightDeliveries inflight;
  private final RetainedReplays replays;
  private final UnsentDeliveries unsent;
  private @Nullable QueueWatch queueWatch;
  private long nextSequence;
  // connection
  private @Nullable PacketWriter writer;
  private boolean pumpScheduled;

  Deliveries(Session session, SessionContext context) {
    super(context.held().open(session.account()));
    this.session = session;
    this.loop = session.loop();
    this.context = context;
    this.held = context.held();
    this.inflight = new InflightDeliveries(session, context, this);
    this.replays = new RetainedReplays(session, context, this, inflight);
    this.unsent = new UnsentDeliveries(session, context, this);
  }

  DeliveryQueue queue() {
    return queue;
  }

  InflightDeliveries inflightDeliveries() {
    return inflight;
  }

  /** Messages of an earlier process had sequences up to that one. */
  void continueAfter(long lastSequence) {
    nextSequence = lastSequence + 1;
  }

  /** The sequence of one more message of QoS 1 or 2. */
  long takeSequence() {
    return nextSequence++;
  }

  /**
   * Lets messages go to a socket, first what was in flight [MQTT-4.4.0-1].
   *
   * @param window QoS 1 and 2 messages that may be on their way at once
   */
  void attach(PacketWriter socket, int window) {
    this.writer = socket;
    inflight.attach(socket, window);
    pump();
  }

  /** The socket is gone. */
  void detach() {
    writer = null;
    inflight.detach();
  }

  /** PUBACK or PUBCOMP has come; see {@link Session#acknowledge}. */
  void acknowledge(int packetId, int qos, boolean received) {
    if (inflight.acknowledge(packetId, qos, received)) {
      pump();
    }
  }

  // ---- to the client

  /** Sends a message, or lets it wait; see {@link Session#deliver}. */
  @Nullable DropReason deliver(
      OutgoingPublish message,
      int qos,
      boolean retain,
      int @Nullable [] identifiers,
      @Nullable SharedGroup group) {
    PacketWriter socket = writer;
    boolean straight =
        socket != null
            && queue.isEmpty()
            && !unsent.isPaged()
            && !inflight.isRepeating()
            && (qos == 0 || !inflight.isFull())
            && socket.isWritable();
    if (straight && socket != null) {
      return sendStraight(socket, message, qos, retain, identifiers, group);
    }
    if (qos == 0 && socket == null) {
      session.dropped(DropReason.OFFLINE_QOS_0, message);
      return null;
    }
    DropReason why = DropReason.QUEUE_FULL;
    if (hasRoom()) {
      // Only now: nothing is copied or made for what a full queue refuses.
      why = enqueue(delivery(message, qos, retain, identifiers, group), message.number());
    }
    if (inflight.isAwaitingStore() && inflight.takes(qos) && !inflight.isFull()) {
      // So that the store has it with those that are waiting.
      pumpLater();
    }
    return why;
  }

  /** What can go to the socket does, whatever others hold. */
  private @Nullable DropReason sendStraight(
      PacketWriter socket,
      OutgoingPublish message,
      int qos,
      boolean retain,
      int @Nullable [] identifiers,
      @Nullable SharedGroup group) {
    if (!socket.fits(message, qos > 0, identifiers)) {
      return DropReason.TOO_LARGE;
    }
    if (qos == 0) {
      socket.publish(message, 0, 0, false, retain, identifiers);
      tellDelivered(message);
    } else {
      Delivery delivery = delivery(message, qos, retain, identifiers, group);
      keep(delivery, message.number());
      sendFitting(socket, message, delivery);
    }
    return null;
  }

  private Delivery delivery(
      OutgoingPublish message,
      int qos,
      boolean retain,
      int @Nullable [] identifiers,
      @Nullable SharedGroup group) {
    PublishMessage kept = message.message(loop.index());
    long sequence = qos == 0 ? 0 : nextSequence++;
    return group == null || qos == 0 || message.number() == 0 || !unsent.isKeptForGroup()
        ? new Delivery(kept, qos, retain, identifiers, group, sequence)
        : new GroupDelivery(kept, qos, retain, identifiers, group, sequence);
  }

  /** Whether one more may wait; what has expired makes room. */
  boolean hasRoom() {
    if (unsent.isFull() && queue.expiresAtMillis() <= loop.nowMillis()) {
      dropExpired();
    }
    if (!unsent.isFull()) {
      return true;
    }
    session.full(true);
    watchQueue();
    return false;
  }

  /** Lets a message wait for which there {@linkplain #hasRoom is room}. */
  @Nullable DropReason enqueue(Delivery delivery, long number) {
    boolean isPaged = unsent.isOver() && unsent.isStored(delivery);
    if (!isPaged && held.hold(this, delivery)) {
      queue.add(delivery);
    } else if (isPaged || unsent.isStored(delivery)) {
      unsent.paged().add(delivery);
    } else {
      return DropReason.MEMORY_FULL;
    }
    loop.counters().deliveriesQueued++;
    watchQueue();
    keep(delivery, number);
    return null;
  }

  /** Messages that wait, in memory or in the store only. */
  int size() {
    return queue.size() + unsent.pagedSize();
  }

  UnsentDeliveries unsent() {
    return unsent;
  }

  /** Tells the store of a message that outlives the connection. */
  private void keep(Delivery delivery, long number) {
    SessionRecords records = session.records;
    if (records != null) {
      records.queued(delivery, number);
    } else if (delivery.group != null) {
      GroupDelivery.claim(delivery, context.fanOut().outgoing());
    }
  }

  /** Sends a message for the first time, or has it sent as soon as the store has it. */
  private void sendFitting(PacketWriter socket, OutgoingPublish message, Delivery delivery) {
    if (delivery.qos == 0) {
      held.letGo(this, delivery);
    } else if (!inflight.add(socket, delivery)) {
      return;
    }
    socket.publish(
        message, delivery.qos, delivery.packetId, false, delivery.retain(), delivery.identifiers);
    tellDelivered(message);
  }

  private void tellDelivered(OutgoingPublish message) {
    if (context.events().tellsMessages()) {
      context.events().delivered(session.connect(), message.message());
    }
  }

  /** Sends as much as socket and window take: what was in flight, the queue, retained messages. */
  void pump() {
    PacketWriter socket = writer;
    if (socket != null) {
      send(socket);
      unsent.readAhead();
    }
  }

  private void send(PacketWriter socket) {
    inflight.repeat(socket);
    while (socket.isWritable()) {
      Delivery next = queue.first();
      if (next == null || !inflight.takes(next.qos)) {
        break;
      }
      if (next.qos > 0 && inflight.isFull()) {
        return;
      }
      if (loop.budget().isUsedUp()) {
        pumpNextTurn(next.payloadBytes());
        return;
      }
      queue.poll();
      session.full(false);
      sendQueued(socket, next);
    }
    if (!inflight.isRepeating() && queue.isEmpty() && !unsent.isPaged()) {
      replays.send(socket);
    }
  }

  private void sendQueued(PacketWriter socket, Delivery delivery) {
    PublishMessage message = delivery.message;
    if (message == null) {
      return;
    }
    if (message.isExpired(loop.nowMillis())) {
      unsent.giveUp(delivery, DropReason.EXPIRED);
      return;
    }
    if (inflight.again().withholds(delivery, message)) {
      unsent.giveToAnother(delivery, message, DropReason.NOT_AUTHORIZED);
      return;
    }
    loop.budget().spend(TurnBudget.DELIVERY + TurnBudget.ofBytes(message.payload().length));
    boolean fits;
    boolean failed = true;
    OutgoingPublish outgoing = context.fanOut().outgoing();
    outgoing.begin(message, loop.nowMillis());
    try {
      fits = socket.fits(outgoing, delivery.qos > 0, delivery.identifiers);
      if (fits) {
        sendFitting(socket, outgoing, delivery);
      }
      failed = false;
    } finally {
      outgoing.end();
      if (failed && delivery.packetId == 0) {
        unsent.settle(delivery);
      }
    }
    if (!fits) {
      unsent.giveToAnother(delivery, message, DropReason.TOO_LARGE);
    }
  }

  /** Another user has the session from now on. QoS 0 messages have no number, and go. */
  void inherit() {
    inflight.again().inherit(nextSequence);
    queue.removeIf(
        delivery -> delivery.qos == 0, gone -> unsent.giveUp(gone, DropReason.NOT_AUTHORIZED));
  }

  @Override
  public boolean shed() {
    Delivery newest = queue.pollLast();
    if (newest == null) {
      return inflight.shed();
    }
    if (!unsent.page(newest)) {
      session.full(false);
      unsent.giveUp(newest, DropReason.MEMORY_FULL);
    }
    return true;
  }

  @Override
  public int dropExpired() {
    int looked = 0;
    if (queue.expiresAtMillis() <= loop.nowMillis()) {
      looked = queue.size();
      queue.removeExpired(loop.nowMillis(), gone -> unsent.giveUp(gone, DropReason.EXPIRED));
    }
    // There is room, too, where the configuration lets more wait meanwhile.
    session.full(session.isFull() && unsent.isFull());
    watchQueue();
    return looked;
  }

  /**
   * Expired messages must not take the place of others, here or in what the loop may hold, nor must
   * a queue pass for full that is not.
   */
  private void watchQueue() {
    long at = session.hasEnded() ? PublishMessage.NEVER : queue.expiresAtMillis();
    if (session.isFull()) {
      at = Math.min(at, loop.nowMillis() + LOOK_AT_FULL_MILLIS);
    }
    if (at != PublishMessage.NEVER) {
      QueueWatch watch = queueWatch;
      if (watch == null) {
        watch = new QueueWatch(loop, held, this);
        queueWatch = watch;
      }
      watch.lookAt(at);
    }
  }

  RetainedReplays replays() {
    return replays;
  }

  /** Sends a message that is retained, as for a subscription of that QoS. */
  void sendRetained(
      PacketWriter socket, PublishMessage message, int qos, int @Nullable [] identifiers) {
    long sequence = qos == 0 ? 0 : nextSequence++;
    var delivery = new Delivery(message, qos, true, identifiers, null, sequence);
    delivery.stored = qos > 0 && session.records != null ? message.retainedBytes() : 0;
    keep(delivery, 0);
    sendQueued(socket, delivery);
  }

  /** Pumps in a task of its own; see {@link Session#pumpLater}. */
  void pumpLater() {
    boolean waits = inflight.isRepeating() || size() > 0 || !replays.isEmpty();
    if (waits && !pumpScheduled) {
      pumpScheduled = true;
      loop.eventLoop().execute(this::pumpAsScheduled);
    }
  }

  /** Pumps in the next turn of the loop, a payload of so many bytes first, if that is known. */
  void pumpNextTurn(int bytes) {
    if (!pumpScheduled) {
      pumpScheduled = true;
      loop.budget().nextTurn(this::pumpAsScheduled, bytes);
    }
  }

  void pumpAsScheduled() {
    pumpScheduled = false;
    try {
      pump();
    } catch (Throwable failure) {
      session.failed(failure);
    }
  }

  /** The session has ended: what was for it goes to others, or is lost. */
  void redispatch() {
    session.full(false);
    if (queueWatch != null) {
      queueWatch.cancel();
    }
    new EndedSessionMessages(session, context, this).handOn();
  }
}
