package io.nanomq.queue;

import io.nanomq.loop.LoopConfined;
import org.jspecify.annotations.Nullable;

/**
 * QoS 1 and 2 messages that were sent to a client and not acknowledged, by packet identifier and in
 * the order in which they were first sent [MQTT-4.6.0-1]. Bounded by whoever adds. It has at most
 * eight places for each of them, but for the first few: what it costs counts with the messages. One
 * that is busy keeps its places for a moment, as far as {@link WideWindows} lets it.
 */
@LoopConfined
public final class InflightWindow extends DeliveryList {
  private static final int MAX_PACKET_ID = 65_535;

  /** As many places are kept however few are in use. */
  private static final int SMALL = 32;

  /** One place in so many stays free while some are not where they belong. */
  private static final int BREAK = 64;

  // An identifier stands at the place of its low bits, its home. Only where there were fewer places
  // all at once may it stand at the next one that was free, and then whatever goes leaves a gap
  // that has to be closed. Identifiers are given in turn, so it is hardly ever so.
  private @Nullable Delivery[] places = new Delivery[8];
  private int awayFromHome;
  private int lastPacketId;
  // Null = places are given back at once.
  private final @Nullable WideWindows wide;
  // So many places may stay for now, however few are in use.
  private int keptPlaces;

  /** One that gives back at once the places that it does not need. */
  public InflightWindow() {
    this(null);
  }

  /**
   * @param wide those of its loop that give places back a little later; null = it does so at once
   */
  public InflightWindow(@Nullable WideWindows wide) {
    this.wide = wide;
  }

  /** Gives the delivery a packet identifier that is free, and keeps it. */
  public void add(Delivery delivery) {
    if (size() >= places.length / 2 && places.length <= MAX_PACKET_ID) {
      resize(places.length * 2);
    }
    int id = lastPacketId;
    do {
      id = id == MAX_PACKET_ID ? 1 : id + 1;
    } while (!isFree(id));
    lastPacketId = id;
    delivery.packetId = id;
    places[home(id)] = delivery;
    append(delivery);
  }

  /** Keeps a delivery that had a packet identifier in an earlier process, which is free here. */
  public void restore(Delivery delivery) {
    if (size() >= places.length / 2 && places.length <= MAX_PACKET_ID) {
      resize(places.length * 2);
    }
    int place = placeOf(delivery.packetId);
    places[place] = delivery;
    awayFromHome += place == home(delivery.packetId) ? 0 : 1;
    lastPacketId = delivery.packetId;
    append(delivery);
  }

  private int home(int packetId) {
    return packetId & places.length - 1;
  }

  /** Nothing that has the identifier, or another, may stand at its home. */
  private boolean isFree(int packetId) {
    int home = home(packetId);
    boolean staysFree = awayFromHome > 0 && home % BREAK == BREAK - 1;
    return places[home] == null && !staysFree;
  }

  public @Nullable Delivery get(int packetId) {
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

  public void remove(Delivery delivery) {
    free(delivery);
    unlink(delivery);
    if (isWide() && places.length > keptPlaces && !mayKeep()) {
      resize(places.length / 2);
    }
  }

  private boolean isWide() {
    return places.length > SMALL && size() < places.length / 8;
  }

  private boolean mayKeep() {
    WideWindows others = wide;
    boolean mayKeep =
        others != null && others.keep(this, keptPlaces == 0, places.length - keptPlaces);
    keptPlaces = mayKeep ? places.length : keptPlaces;
    return mayKeep;
  }

  /** Gives back the places that it does not need now. */
  void narrow() {
    keptPlaces = 0;
    if (isWide()) {
      int length = places.length / 2;
      while (length > SMALL && size() < length / 8) {
        length /= 2;
      }
      resize(length);
    }
  }

  private void free(Delivery delivery) {
    int place = placeOf(delivery.packetId);
    places[place] = null;
    if (awayFromHome > 0) {
      awayFromHome -= place == home(delivery.packetId) ? 0 : 1;
      closeGap(place);
    }
  }

  /** Moves those up that would not be found behind an empty place. */
  private void closeGap(int place) {
    int mask = places.length - 1;
    int gap = place;
    int at = gap + 1 & mask;
    for (Delivery d = places[at]; d != null; d = places[at]) {
      boolean beganBehindGap = (at - d.packetId & mask) < (at - gap & mask);
      if (!beganBehindGap) {
        places[gap] = d;
        places[at] = null;
        awayFromHome -= gap == home(d.packetId) ? 1 : 0;
        gap = at;
      }
      at = at + 1 & mask;
    }
  }

  private void resize(int length) {
    places = new Delivery[length];
    awayFromHome = 0;
    for (Delivery d = first(); d != null; d = d.next) {
      int place = placeOf(d.packetId);
      places[place] = d;
      awayFromHome += place == home(d.packetId) ? 0 : 1;
    }
  }

  /** Places that there are. */
  public int places() {
    return places.length;
  }
}
