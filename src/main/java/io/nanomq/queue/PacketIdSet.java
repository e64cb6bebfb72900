package io.nanomq.queue;

import io.nanomq.loop.LoopConfined;
import io.nanomq.persistence.SessionStore;
import java.util.Arrays;
import java.util.function.IntConsumer;

/** QoS 2 packet identifiers that a client sent and has not released: few, kept sorted. */
@LoopConfined
public final class PacketIdSet {
  /** As many have room without having to give it back. */
  private static final int SMALL = 16;

  /** A place here, in a copy, and in the store, whether there is one or not. */
  private static final int PLACE_BYTES = 2 * Character.BYTES + SessionStore.RECEIVED_BYTES;

  private char[] ids = new char[SMALL];
  private int size;

  public PacketIdSet() {}

  private PacketIdSet(PacketIdSet other) {
    ids = Arrays.copyOf(other.ids, other.size);
    size = other.size;
  }

  /** The same identifiers, with room for no more. */
  public PacketIdSet copy() {
    return new PacketIdSet(this);
  }

  public int size() {
    return size;
  }

  /** Whether one more makes it grow. */
  public boolean isFull() {
    return size == ids.length;
  }

  /** Bytes that it grows by. */
  public int growth() {
    return ids.length * PLACE_BYTES;
  }

  /** Makes room for as many more as there are places, where it may; answers whether it may. */
  public boolean grow(boolean allowed) {
    if (allowed) {
      ids = Arrays.copyOf(ids, ids.length * 2);
    }
    return allowed;
  }

  /**
   * Gives up places where most are empty.
   *
   * @return the bytes that it costs less
   */
  public int shrink() {
    if (ids.length <= SMALL || size > ids.length / 4) {
      return 0;
    }
    ids = Arrays.copyOf(ids, ids.length / 2);
    return ids.length * PLACE_BYTES;
  }

  public void forEach(IntConsumer action) {
    for (int i = 0; i < size; i++) {
      action.accept(ids[i]);
    }
  }

  public boolean contains(int id) {
    return Arrays.binarySearch(ids, 0, size, (char) id) >= 0;
  }

  /**
   * @return whether it was not there before
   */
  public boolean add(int id) {
    int at = Arrays.binarySearch(ids, 0, size, (char) id);
    if (at >= 0) {
      return false;
    }
    int place = -at - 1;
    if (size == ids.length) {
      ids = Arrays.copyOf(ids, size * 2);
    }
    System.arraycopy(ids, place, ids, place + 1, size - place);
    ids[place] = (char) id;
    size++;
    return true;
  }

  /**
   * @return whether it was there
   */
  public boolean remove(int id) {
    int at = Arrays.binarySearch(ids, 0, size, (char) id);
    if (at < 0) {
      return false;
    }
    size--;
    System.arraycopy(ids, at + 1, ids, at, size - at);
    return true;
  }
}
