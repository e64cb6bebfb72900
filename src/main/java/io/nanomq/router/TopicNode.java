package io.nanomq.router;

import io.nanomq.memory.Account;
import io.nanomq.memory.Budget;
import io.nanomq.persistence.GroupName;
import io.nanomq.router.mailbox.Mailbox;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A node of the topic tree: who subscribes to the filter that ends here.
 *
 * <p>Shared: for each loop there is one slot with nothing, one subscriber, or a list of them. Only
 * that loop touches what a slot holds; others look only whether there is anything, and anybody
 * durable. That they see it in time is what the tree's volatile generation is for: it moves after
 * every slot that becomes filled, or gets its first durable subscriber.
 */
final class TopicNode extends LevelNode<TopicNode> {
  private static final SharedGroup[] NO_GROUPS = {};
  private static final Subscriber[] NOBODY = {};
  private static final Tap[] NO_TAPS = {};

  private volatile @Nullable Object @Nullable [] slots;
  private volatile @Nullable Groups groups;
  private volatile Tap[] taps = NO_TAPS;

  TopicNode(@Nullable TopicNode parent, String level) {
    super(parent, level);
  }

  SharedGroup[] groups() {
    Groups g = groups;
    return g == null ? NO_GROUPS : g.all();
  }

  Tap[] taps() {
    return taps;
  }

  /** Under the tree's lock. */
  void add(Tap tap) {
    Tap[] after = Arrays.copyOf(taps, taps.length + 1);
    after[taps.length] = tap;
    taps = after;
  }

  /** Under the tree's lock. */
  void remove(Tap tap) {
    taps = Arrays.stream(taps).filter(t -> t != tap).toArray(Tap[]::new);
  }

  /** Bit i is set where loop i has a subscriber. */
  long loops() {
    @Nullable Object[] s = slots;
    long bits = 0;
    if (s != null) {
      for (int i = 0; i < s.length; i++) {
        bits |= s[i] == null ? 0 : 1L << i;
      }
    }
    return bits;
  }

  /** Bit i is set where loop i has a subscriber of whom the store has to know what it gets. */
  long durableLoops() {
    @Nullable Object[] s = slots;
    long bits = 0;
    if (s != null) {
      for (int i = 0; i < s.length; i++) {
        bits |= isDurable(s[i]) ? 1L << i : 0;
      }
    }
    return bits;
  }

  private static boolean isDurable(@Nullable Object slot) {
    return slot instanceof LoopSubscribers list
        ? list.hasDurable()
        : slot instanceof Subscriber only && only.durable;
  }

  /** Whether any subscriber of loop {@code index} is durable; under the tree's lock. */
  boolean hasDurable(int index) {
    return isDurable(slot(index));
  }

  /** So many more of those of loop {@code index} are durable; under the tree's lock. */
  void addDurable(int index, int more) {
    if (slot(index) instanceof LoopSubscribers list) {
      list.addDurable(more);
    }
  }

  /** What loop {@code index} has here: null, a Subscriber or LoopSubscribers. */
  @Nullable Object slot(int index) {
    @Nullable Object[] s = slots;
    return s == null ? null : s[index];
  }

  /** How many subscribers loop {@code index} has; another loop sees about as many. */
  int size(int index) {
    Object there = slot(index);
    return there instanceof LoopSubscribers list ? list.size() : there == null ? 0 : 1;
  }

  /** A copy of the subscribers of loop {@code index}; on that loop. */
  Subscriber[] subscribers(int index) {
    Object there = slot(index);
    if (there instanceof LoopSubscribers list) {
      return list.toArray();
    }
    return there == null ? NOBODY : new Subscriber[] {(Subscriber) there};
  }

  /** Whether loop {@code index} has nobody here, or one subscriber without room. */
  boolean isFull(int index) {
    Object there = slot(index);
    return there == null || there instanceof Subscriber only && only.recipient().isFull();
  }

  /**
   * Looks for a durable subscriber of loop {@code index} that has room. Of several another loop
   * knows what {@link #tellFull} said.
   *
   * @param here whether it is that loop that asks
   * @param mailbox that loop's
   * @return how many were looked at, below 0 = one may have room
   */
  int lookForRoom(int index, boolean here, Mailbox mailbox) {
    Object there = slot(index);
    if (there instanceof LoopSubscribers list) {
      if (here) {
        return list.lookForRoom();
      }
      return list.isFullStill(mailbox.roomChanges()) || !list.hasDurable() ? 1 : -1;
    }
    return there instanceof Subscriber only && only.keepsMore() ? -1 : 1;
  }

  /**
   * Lets other loops know whether no durable subscriber of loop {@code index} has room; on it.
   *
   * @return how many were looked at
   */
  int tellFull(int index, Mailbox mailbox) {
    if (!(slot(index) instanceof LoopSubscribers list)) {
      return 1;
    }
    int changes = mailbox.roomChanges();
    if (list.isFullStill(changes)) {
      return 1;
    }
    int looked = list.lookForRoom();
    if (looked >= 0) {
      list.full(changes);
    }
    return Math.abs(looked);
  }

  /** Adds the subscribers of loop {@code index} until there are {@code limit}; on that loop. */
  void addTo(List<Subscriber> found, int index, int limit) {
    Object there = slot(index);
    if (there instanceof LoopSubscribers list) {
      for (int i = 0; i < list.size() && found.size() < limit; i++) {
        found.add(list.get(i));
      }
    } else if (there != null && found.size() < limit) {
      found.add((Subscriber) there);
    }
  }

  boolean isUnused() {
    return loops() == 0 && groups == null && taps.length == 0 && !hasChildren();
  }

  TopicNode childOrNew(String level, Budget budget, @Nullable Account account) {
    TopicNode child = child(level);
    if (child == null) {
      child = new TopicNode(this, level);
      addChild(child, budget, account);
    }
    return child;
  }

  void remove(TopicNode child, Budget budget) {
    removeChild(child, budget);
  }

  /**
   * Adds a subscriber of loop {@code index}; under the tree's lock, on that loop.
   *
   * @return whether the slot was empty
   */
  boolean add(int index, int loopCount, Subscriber subscriber) {
    @Nullable Object[] s = slots;
    if (s == null) {
      s = new Object[loopCount];
    }
    Object before = s[index];
    if (before == null) {
      subscriber.position = 0;
      s[index] = subscriber;
    } else if (before instanceof LoopSubscribers list) {
      list.add(subscriber);
    } else {
      LoopSubscribers list = new LoopSubscribers();
      list.add((Subscriber) before);
      list.add(subscriber);
      s[index] = list;
    }
    slots = s;
    return before == null;
  }

  /**
   * Takes a subscriber out; under the tree's lock, on its loop.
   *
   * @return whether the slot is empty now
   */
  boolean remove(int index, Subscriber subscriber) {
    @Nullable Object[] s = slots;
    if (s == null) {
      return false;
    }
    Object there = s[index];
    if (there instanceof LoopSubscribers list) {
      list.remove(subscriber);
      if (list.size() > 0) {
        return false;
      }
    } else if (there != subscriber) {
      return false;
    }
    s[index] = null;
    if (loops() == 0) {
      slots = null;
    }
    return true;
  }

  /** Makes the group of that filter; under the tree's lock. */
  SharedGroup newGroup(GroupName name, String filter) {
    SharedGroup group = new SharedGroup(name, filter);
    Groups g = groups;
    if (g == null) {
      g = new Groups();
    }
    g.add(group);
    groups = g;
    return group;
  }

  /** Takes an empty group out; under the tree's lock. */
  void removeGroup(SharedGroup group) {
    Groups g = groups;
    if (g != null && g.remove(group) == 0) {
      groups = null;
    }
  }

  /**
   * The shared groups of one filter, which may be very many. Coming and going cost the same for the
   * first and the last; who delivers to them gets an array that does not change, made anew once
   * after any number of changes.
   */
  private static final class Groups {
    private @Nullable SharedGroup[] members = new SharedGroup[1];
    private int size;
    private volatile SharedGroup @Nullable [] all;

    SharedGroup[] all() {
      SharedGroup[] made = all;
      return made == null ? make() : made;
    }

    private synchronized SharedGroup[] make() {
      SharedGroup[] made = new SharedGroup[size];
      System.arraycopy(members, 0, made, 0, size);
      all = made;
      return made;
    }

    synchronized void add(SharedGroup group) {
      if (size == members.length) {
        members = Arrays.copyOf(members, size + (size >> 1) + 1);
      }
      group.place = size;
      members[size++] = group;
      all = null;
    }

    synchronized int remove(SharedGroup group) {
      SharedGroup last = Objects.requireNonNull(members[--size]);
      members[size] = null;
      if (last != group) {
        members[group.place] = last;
        last.place = group.place;
      }
      if (size < members.length / 4) {
        members = Arrays.copyOf(members, members.length / 2);
      }
      all = null;
      return size;
    }
  }
}
