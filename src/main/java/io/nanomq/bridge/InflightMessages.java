package io.nanomq.bridge;

import io.nanomq.bridge.queue.BridgeRecords;
import io.nanomq.bridge.queue.UnsettledMessages;
import io.nanomq.codec.ProtocolError;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.PublishMessage;
import io.nanomq.queue.Delivery;
import io.nanomq.queue.HeldMessages;
import io.nanomq.queue.MessageHolder;
import io.nanomq.queue.PacketIdCommits;
import org.jspecify.annotations.Nullable;

/**
 * What is on its way to the other broker over one connection, or was over the one before: written,
 * sent again on the next connection [MQTT-4.4.0-1], acknowledged.
 */
@LoopConfined
final class InflightMessages {
  private final LoopContext loop;
  private final HeldMessages held;
  private final MessageHolder holder;
  private final BridgeFigures figures;
  private final BridgeRecords records;
  private final int connection;
  private final LinkSender sender;
  private final UnsettledMessages flight;

  /**
   * @param holder who is counted as keeping them
   * @param records what the store is told
   * @param connection number of the connection
   * @param safe is called where the store has what has waited for it
   */
  InflightMessages(
      BridgeContext context,
      MessageHolder holder,
      BridgeFigures figures,
      BridgeRecords records,
      int connection,
      Runnable safe) {
    this.loop = context.loop();
    this.held = context.held();
    this.holder = holder;
    this.figures = figures;
    this.records = records;
    this.connection = connection;
    this.sender = new LinkSender(loop, figures);
    this.flight = new UnsettledMessages(new PacketIdCommits(safe, context.store()));
  }

  int size() {
    return flight.size();
  }

  /** What has been on its way for longest; null = nothing is. */
  @Nullable Delivery oldestSent() {
    return flight.oldestSent();
  }

  /** Whether one more may go out, or wait for the store behind others. */
  boolean hasRoom(RemoteLink socket, int qos) {
    return flight.hasRoom(socket, qos);
  }

  /** A connection begins. */
  void begin() {
    flight.begin();
  }

  /** The connection is gone. */
  void pause() {
    flight.pause();
  }

  LinkSender sender() {
    return sender;
  }

  // ---- sending

  /**
   * Sends a message that is held, for the first time.
   *
   * @return why it cannot be; null = it can
   */
  @Nullable DropReason send(RemoteLink socket, Delivery first) {
    PublishMessage message = first.message;
    if (message == null) {
      return null;
    }
    int most = socket.maximumQos();
    Delivery delivery = first.qos > most ? lowered(first, message, most) : first;
    if (delivery.qos > 0) {
      flight.add(delivery);
      records.sent(delivery, connection);
      if (!flight.goesNow(delivery)) {
        return null;
      }
    }
    boolean fits = sender.send(socket, message, delivery, false);
    if (delivery.qos > 0 && !fits) {
      flight.remove(delivery);
    }
    if (delivery.qos == 0 || !fits) {
      held.letGo(holder, delivery);
      records.settled(first);
    }
    return fits ? null : tooLarge();
  }

  private DropReason tooLarge() {
    figures.dropped++;
    return DropReason.TOO_LARGE;
  }

  /** The other broker takes no such QoS [MQTT-3.2.2-11]. */
  private Delivery lowered(Delivery delivery, PublishMessage message, int qos) {
    Delivery lower = new Delivery(message, qos, delivery.retain(), null, null, delivery.sequence);
    held.letGo(holder, delivery);
    held.hold(holder, lower);
    return lower;
  }

  /** Sends again what the connection before this one left, and what has waited for the store. */
  void repeat(RemoteLink socket) {
    for (Delivery d = flight.toRepeat(); d != null; d = flight.toRepeat()) {
      if (!socket.isWritable() || !flight.mayRepeat(socket)) {
        return;
      }
      PublishMessage message = d.message;
      if (message == null || d.isReceived()) {
        flight.repeated(d);
        socket.release(d.packetId, 0);
      } else {
        repeat(socket, d, message);
      }
    }
  }

  private void repeat(RemoteLink socket, Delivery delivery, PublishMessage message) {
    boolean again = !delivery.fresh;
    flight.repeated(delivery);
    if (delivery.qos > socket.maximumQos() || !sender.send(socket, message, delivery, again)) {
      settle(delivery);
      loop.counters().drop(tooLarge());
    }
  }

  // ---- what the other broker answers

  /**
   * PUBACK has come, or a PUBREC that says that the message was not taken.
   *
   * @param qos of what it has to be for
   * @param isError whether the other broker did not take it: that message is lost, and no other
   * @return whether there was such a message
   */
  boolean acknowledged(int packetId, int qos, boolean isError) {
    Delivery delivery = flight.get(packetId, qos);
    if (delivery == null) {
      return false;
    }
    figures.refused += isError ? 1 : 0;
    settle(delivery);
    return true;
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
    if (!delivery.isReceived()) {
      records.taken(delivery);
    }
    delivery.received();
    held.letGoOfMessage(holder, delivery);
    return true;
  }

  /**
   * PUBCOMP has come.
   *
   * @return whether there was such a message
   */
  boolean completed(int packetId) {
    Delivery delivery = flight.get(packetId, 2);
    if (delivery == null) {
      return false;
    }
    if (!delivery.isReceived()) {
      throw ProtocolError.protocol("PUBCOMP without PUBREC [MQTT-4.3.3-4]");
    }
    settle(delivery);
    return true;
  }

  private void settle(Delivery delivery) {
    flight.remove(delivery);
    held.letGo(holder, delivery);
    records.settled(delivery);
  }

  // ---- an earlier process

  /**
   * Takes over a message that an earlier process has sent over this connection. Of one of QoS 2 for
   * which there is no room the packet identifier is released before it means another message.
   *
   * @return whether it is here; else there is another one of that packet identifier, or no room
   */
  boolean restore(Delivery delivery) {
    boolean isKept = delivery.message != null && held.hold(holder, delivery);
    if (!isKept && delivery.qos < 2 || !flight.restore(delivery)) {
      held.letGo(holder, delivery);
      return false;
    }
    if (!isKept) {
      if (!delivery.isReceived()) {
        figures.dropped++;
        loop.counters().drop(DropReason.MEMORY_FULL);
      }
      delivery.received();
      held.holdWithoutMessage(holder, delivery);
    }
    return true;
  }

  // ---- the end

  /** Nothing of it is kept. */
  void close() {
    for (Delivery d = flight.first(); d != null; d = flight.first()) {
      settle(d);
      figures.dropped++;
      loop.counters().drop(DropReason.SESSION_ENDED);
    }
    sender.close();
  }
}
