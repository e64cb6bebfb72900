package io.nanomq.bridge.queue;

import io.nanomq.codec.ProtocolError;
import io.nanomq.loop.LoopConfined;
import io.nanomq.queue.Delivery;
import io.nanomq.queue.InflightWindow;
import io.nanomq.queue.PacketIdCommits;
import org.jspecify.annotations.Nullable;

/**
 * QoS 1 and 2 messages that were sent to the other broker and that it has not settled, in the order
 * in which they were first sent [MQTT-4.6.0-1]. They outlive connections.
 *
 * <p>A QoS 2 message goes out when the store has its packet identifier: were it forgotten, the
 * other broker would take the same message, sent again, for another one. Until then it stands at
 * the end with those that are still to be sent on this connection, and so do those behind it.
 */
@LoopConfined
public final class UnsettledMessages {
  private final InflightWindow window = new InflightWindow();
  private final PacketIdCommits commits;
  // connection
  private @Nullable Delivery resend;
  private int outstanding;
  private int outstandingQos2;

  /**
   * @param commits how far the store is with packet identifiers
   */
  public UnsettledMessages(PacketIdCommits commits) {
    this.commits = commits;
  }

  public int size() {
    return window.size();
  }

  public @Nullable Delivery first() {
    return window.first();
  }

  /** What has been on its way for longest; null = nothing is. */
  public @Nullable Delivery oldestSent() {
    Delivery first = window.first();
    return first == null || !first.sent || first.fresh ? null : first;
  }

  /** A connection begins: all that is there is to be sent once more. */
  public void begin() {
    outstanding = 0;
    outstandingQos2 = 0;
    resend = window.first();
    for (Delivery d = resend; d != null; d = d.next) {
      d.sent = false;
    }
  }

  /** The connection is gone. */
  public void pause() {
    resend = null;
  }

  /** What is to be sent next, once more or when the store has it; null = nothing. */
  public @Nullable Delivery toRepeat() {
    return resend;
  }

  /** Whether that can go out now. */
  public boolean mayRepeat(LinkWindow link) {
    Delivery next = resend;
    return next != null && !isAwaitingStore() && (next.sent || isBelow(link, next.qos));
  }

  /** It has been sent. */
  public void repeated(Delivery delivery) {
    resend = delivery.next;
    delivery.fresh = false;
    markSent(delivery);
  }

  private boolean isAwaitingStore() {
    Delivery next = resend;
    return next != null && next.fresh && next.qos == 2 && !commits.isSafe(next);
  }

  /** Whether one more may be on its way, or wait for the store behind others, at that QoS here. */
  public boolean hasRoom(LinkWindow link, int qos) {
    int sent = Math.min(qos, link.maximumQos());
    if (resend == null) {
      return sent == 0 || isBelow(link, sent);
    }
    return sent > 0 && isAwaitingStore() && size() < link.windowQos2();
  }

  private boolean isBelow(LinkWindow link, int qos) {
    return outstanding < link.window() && (qos < 2 || outstandingQos2 < link.windowQos2());
  }

  /** Gives one that is to go out for the first time its packet identifier. */
  public void add(Delivery delivery) {
    window.add(delivery);
    markSent(delivery);
  }

  /**
   * Of one that was added, and that the store was told of.
   *
   * @return whether it goes out now; else it is repeated when its time has come
   */
  public boolean goesNow(Delivery delivery) {
    boolean isSafe = delivery.qos < 2 || commits.isSafeNow(delivery);
    if (isSafe && resend == null) {
      return true;
    }
    delivery.fresh = true;
    resend = resend == null ? delivery : resend;
    return false;
  }

  /**
   * Takes over one that an earlier process has sent.
   *
   * @return false = there is another one of its packet identifier
   */
  public boolean restore(Delivery delivery) {
    boolean isFree = window.get(delivery.packetId) == null;
    if (isFree) {
      window.restore(delivery);
    }
    return isFree;
  }

  private void markSent(Delivery delivery) {
    if (!delivery.sent) {
      delivery.sent = true;
      outstanding++;
      outstandingQos2 += delivery.qos == 2 ? 1 : 0;
    }
  }

  /**
   * What an acknowledgement is for; null = nothing that is on its way.
   *
   * @throws ProtocolError 0x82 where it is of another QoS
   */
  public @Nullable Delivery get(int packetId, int qos) {
    Delivery delivery = window.get(packetId);
    if (delivery != null && delivery.qos != qos) {
      throw ProtocolError.protocol("acknowledgement of another kind than its message has to have");
    }
    return delivery;
  }

  public void remove(Delivery delivery) {
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
