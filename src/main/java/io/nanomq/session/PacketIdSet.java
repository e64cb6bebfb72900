package io.nanomq.session;

import io.nanomq.loop.LoopConfined;
import java.util.Arrays;

/** QoS 2 packet identifiers that a client sent and has not released: few, kept sorted. */
@LoopConfined
final class PacketIdSet {
  private char[] ids = new char[4];
  private int size;

  int size() {
    return size;
  }

  boolean contains(int id) {
    return Arrays.binarySearch(ids, 0, size, (char) id) >= 0;
  }

  /**
   * @return whether it was not there before
   */
  boolean add(int id) {
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
  boolean remove(int id) {
    int at = Arrays.binarySearch(ids, 0, size, (char) id);
    if (at < 0) {
      return false;
    }
    size--;
    System.arraycopy(ids, at + 1, ids, at, size - at);
    return true;
  }
}
