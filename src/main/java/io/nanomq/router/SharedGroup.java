package io.nanomq.router;

import io.nanomq.config.model.ShareStrategy;
import io.nanomq.persistence.GroupName;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The members of one shared subscription, MQTT 5.0 section 4.8.2, whatever loops they live on.
 *
 * <p>Shared: joining and leaving hold its lock; {@link #pick} reads without one. It may then see a
 * member that has just left, or one twice: whoever gets a message for a member that left hands it
 * back, so nothing is lost.
 */
public final class SharedGroup {
  /** Members of which the one with the fewest messages in flight is chosen. */
  static final int COMPARED = 16;

  private final GroupName name;
  private final String filter;
  // Among those of its node; under the tree's lock.
  int place;
  private volatile @Nullable Subscriber[] members = new Subscriber[4];
  private volatile int size;
  private volatile int durable;
  // Racy on purpose: two loops that read the same value only make the turn a little uneven, or
  // count a little more or less into their own turns.
  private int turn;
  private int passedOver;
  private @Nullable Subscriber last;

  SharedGroup(GroupName name, String filter) {
    this.name = name;
    this.filter = filter;
  }

  /** By which the store knows it. */
  public GroupName name() {
    return name;
  }

  /** As its members subscribe to it, {@code $share/name/} included. */
  public String filter() {
    return filter;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Whether it has members of whom the store has to know what they get; any loop may ask. */
  boolean isDurable() {
    return durable > 0;
  }

  /** So many more of its members are durable. */
  synchronized void addDurable(int more) {
    durable += more;
  }

  synchronized void add(Subscriber member) {
    @Nullable Subscriber[] current = members;
    int count = size;
    if (count == current.length) {
      current = Arrays.copyOf(current, count * 2);
    }
    durable += member.durable ? 1 : 0;
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
    durable -= member.durable ? 1 : 0;
    Subscriber moved = current[last];
    current[at] = moved;
    if (moved != null) {
      moved.position = at;
    }
    size = last;
    current[last] = null;
    forget(member);
    if (current.length > 16 && last < current.length / 4) {
      members = Arrays.copyOf(current, current.length / 2);
    }
  }

  private void forget(Subscriber member) {
    if (last == member) {
      last = null;
    }
  }

  /**
   * Looks for a member that has room; any loop may ask.
   *
   * @return how many were looked at, below 0 = the last of these has room
   */
  int lookForRoom() {
    @Nullable Subscriber[] current = members;
    int count = Math.min(size, current.length);
    for (int i = 0; i < count; i++) {
      Subscriber member = current[i];
      if (member != null && !member.recipient().isFull()) {
        return -i - 1;
      }
    }
    return count;
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
    return pick(ShareStrategy.ROUND_ROBIN, 0, null, 0);
  }

  /**
   * The member that the strategy begins with, or the next one that is online, else the next one.
   * One that is full, or cannot take a packet of that size, only where there is no other, and
   * nobody has been asked.
   *
   * @param key what a strategy by hash hashes
   * @param refusals who has been asked and did not take the message, null = nobody
   * @param bytes that its packet has at least
   * @return null = nobody
   */
  @Nullable Subscriber pick(
      ShareStrategy strategy, int key, @Nullable Refusals refusals, int bytes) {
    @Nullable Subscriber[] current = members;
    int count = Math.min(size, current.length);
    if (count == 0) {
      return null;
    }
    int start = start(strategy, key, current, count);
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
        passedOver = strategy == ShareStrategy.LEAST_INFLIGHT ? i + COMPARED : i;
        last = candidate;
        return candidate;
      } else {
        offline = offline == null ? candidate : offline;
      }
    }
    passedOver = count;
    return offline != null || refusals != null ? offline : misfit;
  }

  private int start(ShareStrategy strategy, int key, @Nullable Subscriber[] current, int count) {
    return switch (strategy) {
      case ROUND_ROBIN -> Math.floorMod(turn++, count);
      case RANDOM -> ThreadLocalRandom.current().nextInt(count);
      case STICKY -> lastOne(current, count);
      case HASH_CLIENTID, HASH_TOPIC -> place(key, count);
      case LEAST_INFLIGHT -> leastInFlight(current, count);
    };
  }

  /** Spreads hashes that are near to each other. */
  private static int place(int key, int count) {
    return (int) ((key * 0x9E37_79B9 & 0xFFFF_FFFFL) * count >>> Integer.SIZE);
  }

  /** Its place changes when others leave. */
  private int lastOne(@Nullable Subscriber[] current, int count) {
    Subscriber sticky = last;
    int at = sticky == null ? 0 : sticky.position;
    return at < count && current[at] == sticky ? at : 0;
  }

  private int leastInFlight(@Nullable Subscriber[] current, int count) {
    int start = Math.floorMod(turn++, count);
    int least = start;
    int fewest = Integer.MAX_VALUE;
    for (int i = 0; i < Math.min(count, COMPARED); i++) {
      int at = start + i < count ? start + i : start + i - count;
      Subscriber candidate = current[at];
      if (candidate != null && candidate.recipient().isOnline()) {
        int inFlight = candidate.recipient().load();
        if (inFlight < fewest) {
          fewest = inFlight;
          least = at;
        }
      }
    }
    return least;
  }

  private static boolean isToBeAsked(Subscriber member, @Nullable Refusals refusals) {
    return member.isActive() && (refusals == null || !refusals.contain(member.recipient()));
  }

  /** Members that the last {@link #pick} passed over; with several loops, about as many. */
  int passedOver() {
    return passedOver;
  }
}
