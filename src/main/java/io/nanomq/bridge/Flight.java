package io.nanomq.bridge;

import io.nanomq.codec.ProtocolError;
import io.nanomq.loop.LoopConfined;
import io.nanomq.queue.Delivery;
import io.nanomq.queue.InflightWindow;
import org.jspecify.annotations.Nullable;

/**
 * QoS 1 and 2 messages that were sent to the other broker and that it has not settled, in the order
 * in which they were first sent [MQTT-4.6.0-1]. They outlive connections.
 */
@LoopConfined
final class Flight {
  private final InflightWindow window = new InflightWindow();
  // connection
  private @Nullable Delivery resend;
  private int outstanding;
  private int outstandingQos2;

  int size() {
    return window.size();
  }

  @Nullable Delivery first() {
    return window.first();
  }

  /** A connection begins: all that is there is to be sent once more. */
  void begin() {
    outstanding = 0;
    outstandingQos2 = 0;
    resend = window.first();
    for (Delivery d = resend; d != null; d = d.next) {
      d.sent = false;
    }
  }

  /** The connection is gone. */
  void pause() {
    resend = null;
  }

  /** What is to be sent once more next; null = nothing. */
  @Nullable Delivery toRepeat() {
    return resend;
  }

  /** It has been sent once more. */
  void repeated(Delivery delivery) {
    resend = delivery.next;
    markSent(delivery);
  }

  /** Whether one more may be on its way, at that QoS here. */
  boolean hasRoom(RemoteLink socket, int qos) {
    int sent = Math.min(qos, socket.maximumQos());
    return sent == 0
        || outstanding < socket.window() && (sent < 2 || outstandingQos2 < socket.windowQos2());
  }

  /** Gives one that goes out for the first time its packet identifier. */
  void add(Delivery delivery) {
    window.add(delivery);
    markSent(delivery);
  }

  private void markSent(Delivery delivery) {
    delivery.sent = true;
    outstanding++;
    outstandingQos2 += delivery.qos == 2 ? 1 : 0;
  }

  /**
   * What an acknowledgement is for; null = nothing that is on its way.
   *
   * @throws ProtocolError 0x82 where it is of another QoS
   */
  @Nullable Delivery get(int packetId, int qos) {
    Delivery delivery = window.get(packetId);
    if (delivery != null && delivery.qos != qos) {
      throw ProtocolError.protocol("acknowledgement of another kind than its message has to have");
    }
    return delivery;
  }

  void remove(Delivery delivery) {
    if (resend == delivery) {
      resend = delivery.next;
    }
    window.remove(delivery);
    if (delivery.sent) {
      outstanding--;
      outstandingQos2 -= delivery.qos == 2 ? 1 : 0;
    }
  }
}
