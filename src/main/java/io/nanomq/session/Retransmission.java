package io.nanomq.session;

import io.nanomq.codec.OutgoingPublish;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.TurnBudget;
import io.nanomq.metrics.DropReason;
import io.nanomq.packet.PublishMessage;
import io.nanomq.queue.Delivery;
import org.jspecify.annotations.Nullable;

/** Writes what is in flight once more, or what has waited for the store to go out. */
@LoopConfined
final class Retransmission {
  private final Session session;
  private final SessionContext context;
  private @Nullable PreviousUserMessages inheritance;

  Retransmission(Session session, SessionContext context) {
    this.session = session;
    this.context = context;
  }

  /**
   * Another user has the session from now on.
   *
   * @param below all lower sequence numbers are of messages for the one before
   */
  void inherit(long below) {
    inheritance = new PreviousUserMessages(session, below);
  }

  /** Whether a message waits for another user, and who has the session now may not read it. */
  boolean withholds(Delivery delivery, PublishMessage message) {
    return inheritance != null && inheritance.withholds(delivery, message);
  }

  /**
   * Sends a message, or the PUBREL of one that was received.
   *
   * @return why it cannot be sent: the client came back with a Maximum Packet Size below that of
   *     before, or as another user; null = it was sent
   */
  @Nullable DropReason send(PacketWriter socket, Delivery delivery) {
    PublishMessage message = delivery.message;
    int bytes = TurnBudget.ofBytes(delivery.payloadBytes());
    context.loop().budget().spend(TurnBudget.DELIVERY + bytes);
    if (delivery.isReceived()) {
      socket.release(delivery.packetId);
      return null;
    }
    if (message == null) {
      return null;
    }
    if (withholds(delivery, message)) {
      return DropReason.NOT_AUTHORIZED;
    }
    OutgoingPublish outgoing = context.fanOut().outgoing();
    outgoing.begin(message, context.loop().nowMillis());
    try {
      if (!socket.fits(outgoing, true, delivery.identifiers)) {
        return DropReason.TOO_LARGE;
      }
      publish(socket, outgoing, delivery);
    } finally {
      outgoing.end();
    }
    return null;
  }

  private void publish(PacketWriter socket, OutgoingPublish outgoing, Delivery delivery) {
    boolean again = !delivery.fresh;
    delivery.fresh = false;
    socket.publish(
        outgoing, delivery.qos, delivery.packetId, again, delivery.retain(), delivery.identifiers);
    if (!again && context.events().tellsMessages()) {
      context.events().delivered(session.connect(), outgoing.message());
    }
  }
}
