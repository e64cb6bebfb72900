package io.nanomq.bridge;

import io.nanomq.codec.OutgoingPublish;
import io.nanomq.loop.LoopConfined;
import io.nanomq.loop.LoopContext;
import io.nanomq.packet.PublishMessage;
import io.nanomq.queue.Delivery;

/** Writes messages to the other broker, within what it takes. */
@LoopConfined
final class LinkSender {
  private final LoopContext loop;
  private final BridgeFigures figures;
  private final OutgoingPublish outgoing = new OutgoingPublish();

  LinkSender(LoopContext loop, BridgeFigures figures) {
    this.loop = loop;
    this.figures = figures;
  }

  /**
   * Writes a message that is kept.
   *
   * @return false = it is larger than the other broker takes, and was not written
   */
  boolean send(RemoteLink socket, PublishMessage message, Delivery delivery, boolean dup) {
    outgoing.begin(message, loop.nowMillis());
    try {
      boolean fits = socket.fits(outgoing, delivery.qos > 0);
      if (fits) {
        write(socket, outgoing, delivery.qos, delivery.packetId, dup, delivery.retain());
      }
      return fits;
    } finally {
      outgoing.end();
    }
  }

  void write(
      RemoteLink socket, OutgoingPublish message, int qos, int id, boolean dup, boolean retain) {
    figures.sent++;
    figures.sentBytes += message.sizeFloor();
    loop.counters().publishesSent++;
    socket.writer().publish(message, qos, id, dup, retain && socket.retainAvailable());
  }

  void close() {
    outgoing.close();
  }
}
