package io.nanomq.bridge;

import io.nanomq.bridge.path.LoopGuard;
import io.nanomq.bridge.path.RepeatedMessage;
import io.nanomq.bridge.queue.BridgeRecords;
import io.nanomq.bridge.queue.ForwardedMessage;
import io.nanomq.codec.OutgoingPublish;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.TurnBudget;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.PublishMessage;
import io.nanomq.packet.TopicName;
import io.nanomq.queue.Delivery;
import io.nanomq.queue.DeliveryQueue;
import io.nanomq.queue.HeldMessages;
import io.nanomq.queue.MessageHolder;
import io.nanomq.queue.QueueWatch;
import org.jspecify.annotations.Nullable;

/**
 * What goes to the other broker: a queue, and what is on its way. A QoS 1 or 2 message is given up
 * when the other broker has taken it and not before; until then it is sent again on each connection
 * [MQTT-4.4.0-1]. It outlives connections, configurations of its bridge, and where the store does
 * the process.
 */
@LoopConfined
final class Outbox extends MessageHolder {
  private static final byte[] NO_PROPERTIES = {};

  private final LoopContext loop;
  private final HeldMessages held;
  private final BridgeFigures figures;
  private final LoopGuard guard;
  private final QueueRoom room;
  private final BridgeRecords records;
  private final RepeatedMessage repeated;
  // bridge
  private final DeliveryQueue queue = new DeliveryQueue();
  private final InflightMessages flight;
  private final QueueWatch watch;
  // connection
  private @Nullable RemoteLink link;
  private boolean pumpScheduled;

  /**
   * @param records what the store is told
   * @param number of the connection
   * @param repeated is told of what goes out where no message can say where it has been
   */
  Outbox(
      BridgeContext context,
      QueueRoom room,
      BridgeFigures figures,
      LoopGuard guard,
      BridgeRecords records,
      int number,
      RepeatedMessage repeated) {
    super(context.held().open(null));
    this.loop = context.loop();
    this.held = context.held();
    this.room = room;
    this.figures = figures;
    this.guard = guard;
    this.records = records;
    this.repeated = repeated;
    this.flight = new InflightMessages(context, this, figures, records, number, this::pumpLater);
    this.watch = new QueueWatch(loop, held, this);
  }

  int queued() {
    return queue.size();
  }

  long queuedBytes() {
    return queue.bytes();
  }

  int inflight() {
    return flight.size();
  }

  /** Whether nothing waits and nothing is on its way. */
  boolean isEmpty() {
    return queue.isEmpty() && flight.size() == 0;
  }

  /** What is on its way. */
  InflightMessages flight() {
    return flight;
  }

  // ---- messages

  /**
   * Sends a message, or lets it wait.
   *
   * @param to its topic on the other broker
   * @return why it is not taken; null = it is
   */
  @Nullable DropReason deliver(OutgoingPublish message, TopicName to, int qos, boolean retain) {
    if (isStopped(message)) {
      figures.looped++;
      return null;
    }
    if (!guard.saysPath()) {
      repeated.sent(message, loop.nowMillis());
    }
    RemoteLink socket = link;
    if (socket == null && qos == 0 && !room.keepsQos0()) {
      figures.dropped++;
      loop.counters().drop(DropReason.OFFLINE_QOS_0);
      return null;
    }
    if (socket != null && takes(socket, qos)) {
      return qos == 0 && to == message.topic() && !guard.saysPath()
          ? sendAsItIs(socket, message, retain)
          : sendHeld(socket, message, delivery(message, to, qos, retain));
    }
    return enqueue(message, delivery(message, to, qos, retain));
  }

  private boolean isStopped(OutgoingPublish message) {
    return guard.isActive()
        && guard.stops(
            message.hasProperties() ? message.message(loop.index()).properties() : NO_PROPERTIES);
  }

  private @Nullable DropReason sendAsItIs(
      RemoteLink socket, OutgoingPublish message, boolean retain) {
    if (!socket.fits(message, false)) {
      return drop(DropReason.TOO_LARGE);
    }
    flight.sender().write(socket, message, 0, 0, false, retain);
    return null;
  }

  private @Nullable DropReason sendHeld(
      RemoteLink socket, OutgoingPublish message, Delivery delivery) {
    if (delivery.qos > 0 && !held.hold(this, delivery)) {
      return drop(DropReason.MEMORY_FULL);
    }
    keep(message, delivery);
    return flight.send(socket, delivery);
  }

  private Delivery delivery(OutgoingPublish message, TopicName to, int qos, boolean retain) {
    PublishMessage kept = message.message(loop.index());
    PublishMessage sent = ForwardedMessage.of(kept, to, guard);
    long sequence = qos == 0 ? 0 : records.nextSequence();
    return new Delivery(sent, qos, retain, null, null, sequence);
  }

  private void keep(OutgoingPublish message, Delivery delivery) {
    PublishMessage sent = delivery.message;
    if (sent != null) {
      records.queued(delivery, message, sent.topic());
    }
  }

  private DropReason drop(DropReason reason) {
    figures.dropped++;
    return reason;
  }

  private @Nullable DropReason enqueue(OutgoingPublish message, Delivery delivery) {
    if (room.isFull()) {
      makeRoom();
    }
    if (room.isFull()) {
      return drop(DropReason.QUEUE_FULL);
    }
    if (!held.hold(this, delivery)) {
      return drop(DropReason.MEMORY_FULL);
    }
    loop.counters().deliveriesQueued++;
    queue.add(delivery);
    keep(message, delivery);
    watchQueue();
    return null;
  }

  private void makeRoom() {
    if (queue.expiresAtMillis() <= loop.nowMillis()) {
      dropExpired();
    }
    room.makeRoom();
  }

  /** Gives up the message that has waited for longest; false = none waits. */
  boolean dropOldest() {
    Delivery oldest = queue.poll();
    if (oldest != null) {
      giveUp(oldest, DropReason.QUEUE_FULL);
    }
    return oldest != null;
  }

  private void watchQueue() {
    if (queue.expiresAtMillis() != PublishMessage.NEVER) {
      watch.lookAt(queue.expiresAtMillis());
    }
  }

  private void giveUp(Delivery delivery, DropReason reason) {
    letGo(delivery);
    figures.dropped++;
    loop.counters().drop(reason);
  }

  private void letGo(Delivery delivery) {
    held.letGo(this, delivery);
    records.settled(delivery);
  }

  /** Whether one more can go out now, ahead of nothing. */
  private boolean takes(RemoteLink socket, int qos) {
    return queue.isEmpty() && socket.isWritable() && flight.hasRoom(socket, qos);
  }

  // ---- sending

  /** Sends as much as socket and window take: first what was in flight, then the queue. */
  void pump() {
    RemoteLink socket = link;
    if (socket != null) {
      pump(socket);
      room.changed();
    }
  }

  private void pump(RemoteLink socket) {
    flight.repeat(socket);
    while (socket.isWritable()) {
      Delivery next = queue.first();
      if (next == null || !flight.hasRoom(socket, next.qos)) {
        return;
      }
      if (loop.budget().isUsedUp()) {
        pumpNextTurn();
        return;
      }
      queue.poll();
      sendQueued(socket, next);
    }
  }

  private void sendQueued(RemoteLink socket, Delivery delivery) {
    if (delivery.isExpired(loop.nowMillis())) {
      giveUp(delivery, DropReason.EXPIRED);
      return;
    }
    loop.budget().spend(TurnBudget.DELIVERY + TurnBudget.ofBytes(delivery.bytes()));
    PublishMessage message = delivery.message;
    if (message != null && guard.stops(message.properties())) {
      // It came to wait before the other broker was known.
      letGo(delivery);
      figures.looped++;
      return;
    }
    DropReason reason = flight.send(socket, delivery);
    if (reason != null) {
      loop.counters().drop(reason);
    }
  }

  /** In a task of its own: the store tells it while it is told something. */
  private void pumpLater() {
    if (!pumpScheduled) {
      pumpScheduled = true;
      loop.eventLoop().execute(this::pumpAsScheduled);
    }
  }

  private void pumpNextTurn() {
    if (!pumpScheduled) {
      pumpScheduled = true;
      loop.budget().nextTurn(this::pumpAsScheduled);
    }
  }

  private void pumpAsScheduled() {
    pumpScheduled = false;
    pump();
  }

  // ---- the connection

  /** The other broker has let the bridge in. */
  void attach(RemoteLink socket) {
    link = socket;
    flight.begin();
    pump();
  }

  void detach() {
    link = null;
    flight.pause();
  }

  /** PUBACK has come, or a PUBREC with an error; see {@link InflightMessages#acknowledged}. */
  void acknowledged(int packetId, int qos, boolean isError) {
    if (flight.acknowledged(packetId, qos, isError)) {
      pump();
    }
  }

  /** PUBCOMP has come. */
  void completed(int packetId) {
    if (flight.completed(packetId)) {
      pump();
    }
  }

  // ---- an earlier process

  /**
   * Takes over a message that an earlier process has left; those that it has sent come first. What
   * there is no room for is given up.
   */
  void restore(Delivery delivery) {
    if (delivery.packetId != 0 && flight.restore(delivery)) {
      return;
    }
    if (delivery.message == null || !held.hold(this, delivery)) {
      giveUp(delivery, DropReason.MEMORY_FULL);
      return;
    }
    queue.add(delivery);
    watchQueue();
  }

  // ---- what is given up

  @Override
  public boolean shed() {
    Delivery newest = queue.pollLast();
    if (newest != null) {
      giveUp(newest, DropReason.MEMORY_FULL);
      room.changed();
    }
    return newest != null;
  }

  @Override
  public int dropExpired() {
    int looked = 0;
    if (queue.expiresAtMillis() <= loop.nowMillis()) {
      looked = queue.size();
      queue.removeExpired(loop.nowMillis(), delivery -> giveUp(delivery, DropReason.EXPIRED));
      room.changed();
    }
    watchQueue();
    return looked;
  }

  /** The bridge is gone, and nothing of it is kept. */
  void close() {
    detach();
    watch.cancel();
    for (Delivery d = queue.poll(); d != null; d = queue.poll()) {
      giveUp(d, DropReason.SESSION_ENDED);
    }
    flight.close();
    held.close(this);
  }
}
