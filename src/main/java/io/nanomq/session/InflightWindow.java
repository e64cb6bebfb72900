package io.nanomq.session;

import io.nanomq.loop.LoopConfined;
import org.jspecify.annotations.Nullable;

/**
 * QoS 1 and 2 messages that were sent to a client and not acknowledged, by packet identifier and in
 * the order in which they were first sent [MQTT-4.6.0-1]. Bounded by whoever adds. It has at most
 * eight places for each of them, but for the first few: what it costs counts with the messages.
 */
@LoopConfined
final class InflightWindow {
  private static final int MAX_PACKET_ID = 65_535;

  /** As many places are kept however few are in use. */
  private static final int SMALL = 32;

  // An identifier stands at the place of its low bits, or the next one that was free.
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

  @Nullable Delivery last() {
    return tail;
  }

  /** Gives the delivery a packet identifier that is free, and keeps it. */
  void add(Delivery delivery) {
    if (size >= places.length / 2 && places.length <= MAX_PACKET_ID) {
      resize(places.length * 2);
    }
    int id = lastPacketId;
    int place;
    do {
      id = id == MAX_PACKET_ID ? 1 : id + 1;
      place = placeOf(id);
    } while (places[place] != null);
    lastPacketId = id;
    delivery.packetId = id;
    places[place] = delivery;
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
    return places[placeOf(packetId)];
  }

  /** Where the identifier stands, or would; there is always a place that is free. */
  private int placeOf(int packetId) {
    int mask = places.length - 1;
    int at = packetId & mask;
    for (Delivery d = places[at]; d != null && d.packetId != packetId; d = places[at]) {
      at = at + 1 & mask;
    }
    return at;
  }

  void remove(Delivery delivery) {
    free(placeOf(delivery.packetId));
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
    if (places.length > SMALL && size < places.length / 8) {
      resize(places.length / 2);
    }
  }

  /** Moves those up that would not be found behind an empty place. */
  private void free(int place) {
    int mask = places.length - 1;
    int gap = place;
    places[gap] = null;
    int at = gap + 1 & mask;
    for (Delivery d = places[at]; d != null; d = places[at]) {
      boolean beganBehindGap = (at - d.packetId & mask) < (at - gap & mask);
      if (!beganBehindGap) {
        places[gap] = d;
        places[at] = null;
        gap = at;
      }
      at = at + 1 & mask;
    }
  }

  private void resize(int length) {
    places = new Delivery[length];
    for (Delivery d = head; d != null; d = d.next) {
      places[placeOf(d.packetId)] = d;
    }
  }

  /** Places that there are. */
  int places() {
    return places.length;
  }
}
