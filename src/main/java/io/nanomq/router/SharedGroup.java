package io.nanomq.router;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The members of one shared subscription, MQTT 5.0 section 4.8.2, whatever loops they live on.
 *
 * <p>Shared: joining and leaving hold its lock; {@link #pick} reads without one. It may then see a
 * member that has just left, or one twice: whoever gets a message for a member that left hands it
 * back, so nothing is lost.
 */
public final class SharedGroup {
  private final String name;
  private volatile @Nullable Subscriber[] members = new Subscriber[4];
  private volatile int size;
  // Racy on purpose: two loops that read the same value only make the turn a little uneven, or
  // count a little more or less into their own turns.
  private int turn;
  private int passedOver;

  SharedGroup(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  boolean isEmpty() {
    return size == 0;
  }

  synchronized void add(Subscriber member) {
    @Nullable Subscriber[] current = members;
    int count = size;
    if (count == current.length) {
      current = Arrays.copyOf(current, count * 2);
    }
    member.position = count;
    current[count] = member;
    members = current;
    size = count + 1;
  }

  synchronized void remove(Subscriber member) {
    @Nullable Subscriber[] current = members;
    int at = member.position;
    int last = size - 1;
    if (at > last || current[at] != member) {
      return;
    }
    Subscriber moved = current[last];
    current[at] = moved;
    if (moved != null) {
      moved.position = at;
    }
    size = last;
    current[last] = null;
    if (current.length > 16 && last < current.length / 4) {
      members = Arrays.copyOf(current, current.length / 2);
    }
  }

  /** Adds the members of loop {@code index} until there are {@code limit}; on that loop. */
  synchronized void addTo(List<Subscriber> found, int index, int limit) {
    for (int i = 0; i < size && found.size() < limit; i++) {
      Subscriber member = members[i];
      if (member != null && member.recipient().loopIndex() == index) {
        found.add(member);
      }
    }
  }

  /** The member whose turn it is, for a message that everybody takes. */
  @Nullable Subscriber pick() {
    return pick(null, 0);
  }

  /**
   * The member whose turn it is: the next one that is online, else the next one. One that is full,
   * or cannot take a packet of that size, only where there is no other, and nobody has been asked.
   *
   * @param refusals who has been asked and did not take the message, null = nobody
   * @param bytes that its packet has at least
   * @return null = nobody
   */
  @Nullable Subscriber pick(@Nullable Refusals refusals, int bytes) {
    @Nullable Subscriber[] current = members;
    int count = Math.min(size, current.length);
    if (count == 0) {
      return null;
    }
    int start = Math.floorMod(turn++, count);
    Subscriber offline = null;
    Subscriber misfit = null;
    for (int i = 0; i < count; i++) {
      int at = start + i;
      Subscriber candidate = current[at < count ? at : at - count];
      if (candidate == null || !isToBeAsked(candidate, refusals)) {
        continue;
      }
      if (candidate.recipient().maxPacketBytes() < bytes || candidate.recipient().isFull()) {
        misfit = misfit == null ? candidate : misfit;
      } else if (candidate.recipient().isOnline()) {
        passedOver = i;
        return candidate;
      } else {
        offline = offline == null ? candidate : offline;
      }
    }
    passedOver = count;
    return offline != null || refusals != null ? offline : misfit;
  }

  private static boolean isToBeAsked(Subscriber member, @Nullable Refusals refusals) {
    return member.isActive() && (refusals == null || !refusals.contain(member.recipient()));
  }

  /** Members that the last {@link #pick} passed over; with several loops, about as many. */
  int passedOver() {
    return passedOver;
  }
}
