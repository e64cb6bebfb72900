package io.nanomq.bridge;

import io.nanomq.codec.OutgoingPublish;
import io.nanomq.codec.ProtocolError;
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
 * [MQTT-4.4.0-1]. It outlives connections, and configurations of its bridge.
 */
@LoopConfined
final class Outbox extends MessageHolder {
  private final LoopContext loop;
  private final HeldMessages held;
  private final BridgeFigures figures;
  private final LoopGuard guard;
  private final QueueRoom room;
  private final LinkSender sender;
  // bridge
  private final DeliveryQueue queue = new DeliveryQueue();
  private final Flight flight = new Flight();
  private final QueueWatch watch;
  // connection
  private @Nullable RemoteLink link;
  private boolean pumpScheduled;

  Outbox(BridgeContext context, QueueRoom room, BridgeFigures figures, LoopGuard guard) {
    super(context.held().open(null));
    this.loop = context.loop();
    this.held = context.held();
    this.room = room;
    this.figures = figures;
    this.guard = guard;
    this.sender = new LinkSender(loop, figures);
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

  /** What has been on its way for longest; null = nothing is. */
  @Nullable Delivery oldestInflight() {
    return flight.first();
  }

  // ---- messages

  /**
   * Sends a message, or lets it wait.
   *
   * @param to its topic on the other broker
   * @return why it is not taken; null = it is
   */
  @Nullable DropReason deliver(OutgoingPublish message, TopicName to, int qos, boolean retain) {
    if (guard.isActive() && guard.stops(message.message(loop.index()).properties())) {
      figures.looped++;
      return null;
    }
    RemoteLink socket = link;
    if (socket == null && qos == 0 && !room.keepsQos0()) {
      figures.dropped++;
      loop.counters().drop(DropReason.OFFLINE_QOS_0);
      return null;
    }
    if (socket != null && takes(socket, qos)) {
      return qos == 0 && to == message.topic() && !guard.isActive()
          ? sendAsItIs(socket, message, retain)
          : sendHeld(socket, delivery(message, to, qos, retain));
    }
    return enqueue(delivery(message, to, qos, retain));
  }

  private @Nullable DropReason sendAsItIs(
      RemoteLink socket, OutgoingPublish message, boolean retain) {
    if (!socket.fits(message, false)) {
      return drop(DropReason.TOO_LARGE);
    }
    sender.write(socket, message, 0, 0, false, retain);
    return null;
  }

  private @Nullable DropReason sendHeld(RemoteLink socket, Delivery delivery) {
    boolean isHeld = delivery.qos == 0 || held.hold(this, delivery);
    return isHeld ? send(socket, delivery) : drop(DropReason.MEMORY_FULL);
  }

  private Delivery delivery(OutgoingPublish message, TopicName to, int qos, boolean retain) {
    PublishMessage kept = message.message(loop.index());
    byte[] properties = guard.sent(kept.properties());
    boolean isSame = to == kept.topic() && properties == kept.properties();
    PublishMessage sent = isSame ? kept : changed(kept, to, properties);
    return new Delivery(sent, qos, retain, null, null, 0);
  }

  private static PublishMessage changed(PublishMessage m, TopicName to, byte[] properties) {
    return new PublishMessage(
        to, m.payload(), properties, m.qos(), m.retain(), m.expiresAtMillis());
  }

  private DropReason drop(DropReason reason) {
    figures.dropped++;
    return reason;
  }

  private @Nullable DropReason enqueue(Delivery delivery) {
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
    held.letGo(this, delivery);
    figures.dropped++;
    loop.counters().drop(reason);
  }

  /** Whether one more can go out now, ahead of nothing. */
  private boolean takes(RemoteLink socket, int qos) {
    return queue.isEmpty()
        && flight.toRepeat() == null
        && socket.isWritable()
        && flight.hasRoom(socket, qos);
  }

  // ---- sending

  /** Sends a message that is held, for the first time. */
  private @Nullable DropReason send(RemoteLink socket, Delivery first) {
    PublishMessage message = first.message;
    if (message == null) {
      return null;
    }
    int most = socket.maximumQos();
    Delivery delivery = first.qos > most ? lowered(first, message, most) : first;
    if (delivery.qos > 0) {
      flight.add(delivery);
    }
    boolean fits = sender.send(socket, message, delivery, false);
    if (delivery.qos == 0 || !fits) {
      held.letGo(this, delivery);
    }
    if (delivery.qos > 0 && !fits) {
      flight.remove(delivery);
    }
    return fits ? null : drop(DropReason.TOO_LARGE);
  }

  /** The other broker takes no such QoS [MQTT-3.2.2-11]. */
  private Delivery lowered(Delivery delivery, PublishMessage message, int qos) {
    Delivery lower = new Delivery(message, qos, delivery.retain, null, null, delivery.sequence);
    held.letGo(this, delivery);
    held.hold(this, lower);
    return lower;
  }

  /** Sends as much as socket and window take: first what was in flight, then the queue. */
  void pump() {
    RemoteLink socket = link;
    if (socket != null) {
      pump(socket);
      room.changed();
    }
  }

  private void pump(RemoteLink socket) {
    repeat(socket);
    while (flight.toRepeat() == null && socket.isWritable()) {
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
      held.letGo(this, delivery);
      figures.looped++;
      return;
    }
    DropReason reason = send(socket, delivery);
    if (reason != null) {
      loop.counters().drop(reason);
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

  /** Sends again what the connection before this one left. */
  private void repeat(RemoteLink socket) {
    for (Delivery d = flight.toRepeat(); d != null; d = flight.toRepeat()) {
      if (!socket.isWritable() || !flight.hasRoom(socket, d.qos)) {
        return;
      }
      PublishMessage message = d.message;
      if (message == null || d.received) {
        flight.repeated(d);
        socket.release(d.packetId, 0);
      } else {
        repeat(socket, d, message);
      }
    }
  }

  private void repeat(RemoteLink socket, Delivery delivery, PublishMessage message) {
    flight.repeated(delivery);
    if (delivery.qos > socket.maximumQos() || !sender.send(socket, message, delivery, true)) {
      flight.remove(delivery);
      giveUp(delivery, DropReason.TOO_LARGE);
    }
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

  /**
   * PUBACK has come, or a PUBREC that says that the message was not taken.
   *
   * @param qos of what it has to be for
   * @param isError whether the other broker did not take it: that message is lost, and no other
   */
  void acknowledged(int packetId, int qos, boolean isError) {
    Delivery delivery = flight.get(packetId, qos);
    if (delivery != null) {
      figures.refused += isError ? 1 : 0;
      settle(delivery);
    }
  }

  /**
   * PUBREC has come.
   *
   * @return whether there was such a message
   */
  boolean received(int packetId) {
    Delivery delivery = flight.get(packetId, 2);
    if (delivery == null) {
      return false;
    }
    delivery.received = true;
    held.letGoOfMessage(this, delivery);
    return true;
  }

  /** PUBCOMP has come. */
  void completed(int packetId) {
    Delivery delivery = flight.get(packetId, 2);
    if (delivery == null) {
      return;
    }
    if (!delivery.received) {
      throw ProtocolError.protocol("PUBCOMP without PUBREC [MQTT-4.3.3-4]");
    }
    settle(delivery);
  }

  private void settle(Delivery delivery) {
    flight.remove(delivery);
    held.letGo(this, delivery);
    pump();
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
    for (Delivery d = flight.first(); d != null; d = flight.first()) {
      flight.remove(d);
      giveUp(d, DropReason.SESSION_ENDED);
    }
    held.close(this);
    sender.close();
  }
}
