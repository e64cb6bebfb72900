package io.nanomq.router;

import io.nanomq.codec.TopicRules;
import io.nanomq.loop.LoopContext;
import io.nanomq.loop.TurnBudget;
import io.nanomq.memory.Account;
import io.nanomq.memory.Budget;
import io.nanomq.persistence.GroupName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All subscriptions of the broker, by the levels of their filters.
 *
 * <p>Shared: matching takes no lock; what changes the tree holds its lock for a few steps. The
 * generation moves whenever an earlier match might miss somebody, after the change: whoever reads
 * the generation first and the tree then, has seen the change or will see a newer generation.
 */
public final class TopicTree {
  private final TopicNode root = new TopicNode(null, "");
  private final int loopCount;
  private final Budget budget;
  // A node may have very many.
  private final Map<GroupName, SharedGroup> groups = new HashMap<>();
  private volatile long generation;
  private final List<FilterWatch> watches = new ArrayList<>();
  private int subscriptions;
  private int filters;
  private int recipients;

  /**
   * @param budget what subscriptions and nodes may take
   */
  public TopicTree(int loopCount, Budget budget) {
    this.loopCount = loopCount;
    this.budget = budget;
  }

  long generation() {
    return generation;
  }

  /** Subscriptions there are. */
  public synchronized int size() {
    return subscriptions;
  }

  /**
   * What there is in the tree.
   *
   * @param subscriptions of all recipients
   * @param filters that somebody subscribes to; each shared subscription is one of its own
   * @param recipients with at least one subscription
   */
  public record Counts(int subscriptions, int filters, int recipients) {}

  public synchronized Counts counts() {
    return new Counts(subscriptions, filters, recipients);
  }

  /**
   * Whether somebody subscribes to anything below a first level, given as it stands in filters;
   * wildcards at the first level do not count. From any thread, for the price of one look-up.
   */
  public boolean hasSubscribersBelow(String firstLevel) {
    return root.child(firstLevel) != null;
  }

  /**
   * Adds a subscriber whose filter is legal; on the recipient's loop.
   *
   * @return false where it would cost more than the recipient, its account or everybody may hold
   */
  public boolean add(Subscriber subscriber) {
    String filter = subscriber.filter();
    return add(subscriber, TopicRules.isShared(filter) ? GroupName.of(filter) : null);
  }

  @SuppressWarnings("NonAtomicVolatileUpdate")
  private synchronized boolean add(Subscriber subscriber, @Nullable GroupName shared) {
    if (!take(subscriber)) {
      return false;
    }
    String full = subscriber.filter();
    TopicNode node = nodeOrNew(full, start(full), subscriber.recipient().account());
    subscriber.node = node;
    count(subscriber, 1);
    boolean isNews;
    if (shared != null) {
      SharedGroup group = groups.computeIfAbsent(shared, name -> node.newGroup(name, full));
      isNews = group.isEmpty();
      filters += isNews ? 1 : 0;
      subscriber.group = group;
      group.add(subscriber);
    } else {
      isNews = node.add(subscriber.recipient().loopIndex(), loopCount, subscriber);
      filters += isNews && Long.bitCount(node.loops()) == 1 ? 1 : 0;
    }
    if (isNews) {
      generation++;
    }
    recount(subscriber);
    return true;
  }

  /**
   * Whether the store has to know what a subscriber gets may have changed: its recipient became
   * durable or is so no more, or it has another QoS; on the recipient's loop. The first durable one
   * of a loop at a node, or of a group, moves the generation, and so does the last.
   */
  @SuppressWarnings("NonAtomicVolatileUpdate")
  public synchronized void recount(Subscriber subscriber) {
    TopicNode node = subscriber.node;
    boolean now = subscriber.isStored();
    if (node == null || subscriber.durable == now) {
      return;
    }
    int loop = subscriber.recipient().loopIndex();
    SharedGroup group = subscriber.group;
    boolean before = isDurable(node, group, loop);
    subscriber.durable = now;
    if (group != null) {
      group.addDurable(now ? 1 : -1);
    } else {
      node.addDurable(loop, now ? 1 : -1);
    }
    if (before != isDurable(node, group, loop)) {
      generation++;
    }
  }

  private static boolean isDurable(TopicNode node, @Nullable SharedGroup group, int loop) {
    return group != null ? group.isDurable() : node.hasDurable(loop);
  }

  /** The shared group of that name, null = nobody is in it; from any thread. */
  public synchronized @Nullable SharedGroup group(GroupName name) {
    return groups.get(name);
  }

  private static int start(String filter) {
    return TopicRules.isShared(filter) ? TopicRules.sharedFilterStart(filter) : 0;
  }

  /**
   * Lets somebody look at what is published; from any thread.
   *
   * @param filter a legal one that is not shared
   */
  @SuppressWarnings("NonAtomicVolatileUpdate")
  public synchronized void add(String filter, Tap tap) {
    budget.add(null, root.costOfPath(filter, 0));
    nodeOrNew(filter, 0, null).add(tap);
    generation++;
  }

  /** Somebody looks no longer; messages that are being published may still be shown. */
  @SuppressWarnings("NonAtomicVolatileUpdate")
  public synchronized void remove(String filter, Tap tap) {
    TopicNode node = nodeOrNew(filter, 0, null);
    node.remove(tap);
    prune(node);
    generation++;
  }

  /**
   * Tells of all filters that there are, and then of each that comes or goes. Nothing is subscribed
   * to or unsubscribed from meanwhile: a millisecond for some thousand subscriptions.
   */
  public synchronized void watch(FilterWatch watch) {
    watches.add(watch);
    tell(root, watch);
  }

  public synchronized void unwatch(FilterWatch watch) {
    watches.remove(watch);
  }

  private void tell(TopicNode node, FilterWatch watch) {
    List<Subscriber> found = new ArrayList<>();
    for (int i = 0; i < loopCount; i++) {
      node.addTo(found, i, Integer.MAX_VALUE);
      for (SharedGroup group : node.groups()) {
        group.addTo(found, i, Integer.MAX_VALUE);
      }
    }
    found.forEach(subscriber -> watch.count(subscriber, 1));
    node.children().forEach(child -> tell(child, watch));
  }

  private TopicNode nodeOrNew(String full, int filterStart, @Nullable Account account) {
    TopicNode node = root;
    int start = filterStart;
    for (int end = full.indexOf('/', start); end >= 0; end = full.indexOf('/', start)) {
      node = node.childOrNew(full.substring(start, end), budget, account);
      start = end + 1;
    }
    return node.childOrNew(full.substring(start), budget, account);
  }

  /** Takes what the subscriber costs with the nodes that are not there yet. */
  private boolean take(Subscriber subscriber) {
    String filter = subscriber.filter();
    Recipient recipient = subscriber.recipient();
    int own = Subscriber.bytes(filter, loopCount);
    int nodes = root.costOfPath(filter, start(filter));
    if (!budget.take(recipient.account(), recipient.subscriptionBytes, own + nodes)) {
      return false;
    }
    subscriber.bytes = own;
    subscriber.nodeBytes = nodes;
    return true;
  }

  /** Takes a subscriber out; on the recipient's loop. */
  @SuppressWarnings("NonAtomicVolatileUpdate")
  public synchronized void remove(Subscriber subscriber) {
    TopicNode node = subscriber.node;
    if (node == null) {
      return;
    }
    subscriber.deactivate();
    subscriber.node = null;
    count(subscriber, -1);
    budget.give(subscriber.recipient().account(), subscriber.bytes);
    SharedGroup group = subscriber.group;
    int loop = subscriber.recipient().loopIndex();
    boolean wasDurable = isDurable(node, group, loop);
    boolean isNews;
    if (group != null) {
      group.remove(subscriber);
      isNews = group.isEmpty();
      if (isNews) {
        filters--;
        groups.remove(group.name());
        node.removeGroup(group);
      }
    } else {
      isNews = node.remove(loop, subscriber);
      filters -= isNews && node.loops() == 0 ? 1 : 0;
    }
    subscriber.durable = false;
    if (isNews || wasDurable != isDurable(node, group, loop)) {
      prune(node);
      generation++;
    }
  }

  private void count(Subscriber subscriber, int one) {
    Recipient recipient = subscriber.recipient();
    recipient.subscriptionBytes += (long) one * (subscriber.bytes + subscriber.nodeBytes);
    boolean hadNone = recipient.subscriptionCount == 0;
    recipient.subscriptionCount += one;
    subscriptions += one;
    for (FilterWatch watch : watches) {
      watch.count(subscriber, one);
    }
    if (hadNone || recipient.subscriptionCount == 0) {
      recipients += one;
    }
  }

  private void prune(TopicNode from) {
    TopicNode node = from;
    TopicNode parent = node.parent();
    while (parent != null && node.isUnused()) {
      parent.remove(node, budget);
      node = parent;
      parent = node.parent();
    }
  }

  /**
   * Finds who a topic goes to; from any thread.
   *
   * @param budget the turn that each step counts into
   */
  Match match(String topic, TurnBudget budget) {
    return walk(topic).toEnd(budget);
  }

  /** Begins to find who a topic goes to. */
  TopicWalk walk(String topic) {
    long seen = generation;
    return new TopicWalk(topic, root, seen);
  }

  /**
   * Who of one loop would get a message; on that loop.
   *
   * @param topic a legal name
   * @param loop the loop
   * @param limit how many at most
   * @return direct subscribers, one for each filter that matches, and the members of shared ones
   */
  public List<Subscriber> subscribers(String topic, LoopContext loop, int limit) {
    int loopIndex = loop.index();
    Match match = match(topic, loop.budget());
    List<Subscriber> found = new ArrayList<>();
    for (TopicNode node : match.nodes()) {
      node.addTo(found, loopIndex, limit);
    }
    for (SharedGroup group : match.groups()) {
      group.addTo(found, loopIndex, limit);
    }
    return found;
  }

  /**
   * Tells of each filter that somebody begins to subscribe to, and that nobody does any more. Of a
   * shared subscription it is the filter behind its name. Guarded by the tree's lock.
   */
  public static final class FilterWatch {
    private final Predicate<Recipient> counted;
    private final Listener listener;
    private final Map<String, Integer> counts = new HashMap<>();

    /** Called with the tree's lock, on any thread: it must not wait, and not call the tree. */
    public interface Listener {
      /**
       * @param isThere whether there is now a subscription
       */
      void changed(String filter, boolean isThere);
    }

    /**
     * @param counted whose subscriptions matter
     */
    public FilterWatch(Predicate<Recipient> counted, Listener listener) {
      this.counted = counted;
      this.listener = listener;
    }

    void count(Subscriber subscriber, int one) {
      if (!counted.test(subscriber.recipient())) {
        return;
      }
      String full = subscriber.filter();
      String filter =
          TopicRules.isShared(full) ? full.substring(TopicRules.sharedFilterStart(full)) : full;
      @Nullable Integer before = counts.get(filter);
      int now = (before == null ? 0 : before) + one;
      if (now > 0) {
        counts.put(filter, now);
      } else {
        counts.remove(filter);
      }
      if (before == null || now == 0) {
        listener.changed(filter, now > 0);
      }
    }
  }
}
