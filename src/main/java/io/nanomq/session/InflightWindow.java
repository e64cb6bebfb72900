package io.nanomq.session;

import io.nanomq.loop.LoopConfined;
import org.jspecify.annotations.Nullable;

/**
 * QoS 1 and 2 messages that were sent to a client and not acknowledged, by packet identifier and in
 * the order in which they were first sent [MQTT-4.6.0-1]. Bounded by whoever adds.
 */
@LoopConfined
final class InflightWindow {
  private static final int MAX_PACKET_ID = 65_535;

  // Place of a packet id: its low bits. Ids are given in turn, so places hardly ever collide.
  private @Nullable Delivery[] places = new Delivery[8];
  private @Nullable Delivery head;
  private @Nullable Delivery tail;
  private int lastPacketId;
  private int size;

  int size() {
    return size;
  }

  @Nullable Delivery first() {
    return head;
  }

  /** Gives the delivery a packet identifier that is free, and keeps it. */
  void add(Delivery delivery) {
    if (size >= places.length / 2) {
      grow();
    }
    int id = lastPacketId;
    do {
      id = id == MAX_PACKET_ID ? 1 : id + 1;
    } while (places[id & places.length - 1] != null);
    lastPacketId = id;
    delivery.packetId = id;
    places[id & places.length - 1] = delivery;
    Delivery last = tail;
    delivery.previous = last;
    if (last == null) {
      head = delivery;
    } else {
      last.next = delivery;
    }
    tail = delivery;
    size++;
  }

  @Nullable Delivery get(int packetId) {
    Delivery there = places[packetId & places.length - 1];
    return there != null && there.packetId == packetId ? there : null;
  }

  void remove(Delivery delivery) {
    places[delivery.packetId & places.length - 1] = null;
    Delivery before = delivery.previous;
    Delivery after = delivery.next;
    if (before == null) {
      head = after;
    } else {
      before.next = after;
    }
    if (after == null) {
      tail = before;
    } else {
      after.previous = before;
    }
    delivery.previous = null;
    delivery.next = null;
    size--;
  }

  /** Doubles the places: ids that differed in fewer low bits differ in more. */
  private void grow() {
    if (places.length > MAX_PACKET_ID) {
      return;
    }
    @Nullable Delivery[] larger = new Delivery[places.length * 2];
    for (Delivery d = head; d != null; d = d.next) {
      larger[d.packetId & larger.length - 1] = d;
    }
    places = larger;
  }
}
