package io.nanomq.persistence.journal.table;

import io.nanomq.persistence.GroupName;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * Groups that a message is still to be given to, by their 128 bits: 32 to 64 bytes each, and each
 * is found at once. Where one stands is not known to who chooses the groups. Used by one thread at
 * a time.
 */
public final class GroupSet {
  /** Odd, so that different numbers stay different. */
  private static final long FACTOR = new SecureRandom().nextLong() | 1;

  // Two numbers a slot, each at the first one from its own on that is free, which is 0 and 0; who
  // has gone leaves 0 and 1. No name of a group has such bits, but by a chance of 2^-127.
  private static final long GONE = 1;
  private final long[] cells;
  private final int shift;
  private int size;

  /**
   * @param most groups that are added
   */
  public GroupSet(int most) {
    int slots = Integer.highestOneBit(Math.max(2, 2 * most - 1)) << 1;
    cells = new long[2 * slots];
    shift = Long.numberOfLeadingZeros(slots) + 1;
  }

  public int size() {
    return size;
  }

  public void add(GroupName group) {
    int at = find(group);
    if (isFree(at)) {
      cells[at] = group.high();
      cells[at + 1] = group.low();
      size++;
    }
  }

  /** Whether it was there. */
  public boolean remove(GroupName group) {
    int at = find(group);
    if (isFree(at)) {
      return false;
    }
    cells[at] = 0;
    cells[at + 1] = GONE;
    size--;
    return true;
  }

  private boolean isFree(int at) {
    return cells[at] == 0 && cells[at + 1] == 0;
  }

  /** Where a group stands, or would. */
  private int find(GroupName group) {
    int at = (int) (group.high() * FACTOR >>> shift) << 1;
    while (!isFree(at) && (cells[at] != group.high() || cells[at + 1] != group.low())) {
      at = at + 2 & cells.length - 1;
    }
    return at;
  }

  /** Those that are left, in no order. */
  public List<GroupName> names() {
    List<GroupName> names = new ArrayList<>(size);
    for (int at = 0; at < cells.length; at += 2) {
      if (cells[at] != 0 || cells[at + 1] > GONE || cells[at + 1] < 0) {
        names.add(GroupName.of(cells[at], cells[at + 1]));
      }
    }
    return names;
  }
}
