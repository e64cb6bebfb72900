package io.nanomq.router;

import io.nanomq.memory.Account;
import io.nanomq.memory.Budget;
import io.nanomq.memory.HeapBytes;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A node of a tree by topic levels. Most nodes have one child, which is kept without a map.
 *
 * <p>Shared: read by any thread without a lock, since {@link #children} is volatile and holds
 * nothing, one node, or a concurrent map; changed only under the lock of its tree.
 *
 * <p>Whoever makes a node is charged for it until it is gone, whoever needs it by then.
 *
 * @param <N> the node's own type
 */
public abstract class LevelNode<N extends LevelNode<N>> {
  /** The node itself, whichever kind it is of. */
  private static final int NODE_BYTES = 48;

  private @Nullable N parent;
  private final String level;
  private volatile @Nullable Object children;
  private @Nullable Account owner;
  private int bytes;

  /** Children in a map, which is made anew when most of them are gone: its table never shrinks. */
  private static final class Children<N> extends ConcurrentHashMap<String, N> {
    private static final int SMALL = 16;

    private int most;

    Children(Map<String, N> some) {
      super(Math.max(4, some.size()));
      putAll(some);
      most = some.size();
    }

    boolean isMostlyEmpty() {
      return most > SMALL && size() <= most / 2;
    }
  }

  protected LevelNode(@Nullable N parent, String level) {
    this.parent = parent;
    this.level = level;
  }

  /** Null for the root, and for a node that has left the tree. */
  public final @Nullable N parent() {
    return parent;
  }

  public final String level() {
    return level;
  }

  @SuppressWarnings("unchecked")
  public final @Nullable N child(String name) {
    Object c = children;
    if (c == null) {
      return null;
    }
    if (c instanceof Children<?> map) {
      return (N) map.get(name);
    }
    N only = (N) c;
    return only.level().equals(name) ? only : null;
  }

  /**
   * The child of which that part of a path is the level, if it is the only child; null = there is
   * none of it, or there are more.
   */
  @SuppressWarnings("unchecked")
  public final @Nullable N onlyChild(String path, int from, int to) {
    Object c = children;
    if (c == null || c instanceof Children<?>) {
      return null;
    }
    N only = (N) c;
    String name = only.level();
    return name.length() == to - from && path.startsWith(name, from) ? only : null;
  }

  @SuppressWarnings("unchecked")
  public final Collection<N> children() {
    Object c = children;
    if (c == null) {
      return List.of();
    }
    return c instanceof Children<?> map ? ((Children<N>) map).values() : List.of((N) c);
  }

  public final boolean hasChildren() {
    return children != null;
  }

  private int costOfChild(String name) {
    return newNode(name) + (children == null ? 0 : HeapBytes.MAP_ENTRY);
  }

  private static int newNode(String name) {
    return NODE_BYTES + HeapBytes.string(name);
  }

  /**
   * What the nodes that are not there yet would cost, in bytes; under the tree's lock.
   *
   * @param from where the first level begins in {@code path}
   */
  public final int costOfPath(String path, int from) {
    int bytes = 0;
    LevelNode<N> node = this;
    int start = from;
    while (start >= 0) {
      int slash = path.indexOf('/', start);
      String name = path.substring(start, slash < 0 ? path.length() : slash);
      LevelNode<N> child = node == null ? null : node.child(name);
      if (child == null) {
        bytes += node == null ? newNode(name) : node.costOfChild(name);
      }
      node = child;
      start = slash < 0 ? -1 : slash + 1;
    }
    return bytes;
  }

  /**
   * The same where not even the first level is there.
   *
   * @param from where that begins in {@code path}
   */
  public final int costOfNewPath(String path, int from) {
    int bytes = children == null ? 0 : HeapBytes.MAP_ENTRY;
    int start = from;
    while (start >= 0) {
      int slash = path.indexOf('/', start);
      int end = slash < 0 ? path.length() : slash;
      bytes += NODE_BYTES + HeapBytes.string(path, start, end);
      start = slash < 0 ? -1 : slash + 1;
    }
    return bytes;
  }

  /**
   * Adds a child whose level is not there yet; under the tree's lock. What it costs was taken from
   * the budget; the map that the second child needs is counted here.
   *
   * @param account who is charged for it, null = nobody
   */
  @SuppressWarnings("unchecked")
  protected final void addChild(N child, Budget budget, @Nullable Account account) {
    LevelNode<N> added = child;
    added.owner = account;
    added.bytes = costOfChild(child.level());
    Object c = children;
    if (c == null) {
      children = child;
    } else if (c instanceof Children<?> map) {
      Children<N> all = (Children<N>) map;
      all.put(child.level(), child);
      all.most = Math.max(all.most, all.size());
    } else {
      N only = (N) c;
      children = new Children<>(Map.of(only.level(), only, child.level(), child));
      budget.add(owner, HeapBytes.CONCURRENT_MAP);
    }
  }

  /**
   * Takes a child out and gives back what it cost; under the tree's lock. Somebody may still look
   * at it: it must not hold on to those above it.
   */
  @SuppressWarnings("unchecked")
  protected final void removeChild(N child, Budget budget) {
    LevelNode<N> removed = child;
    Object c = children;
    if (c instanceof Children<?> map) {
      Children<N> all = (Children<N>) map;
      all.remove(child.level());
      if (all.size() == 1) {
        children = all.values().iterator().next();
        budget.give(owner, HeapBytes.CONCURRENT_MAP);
      } else if (all.isMostlyEmpty()) {
        children = new Children<>(all);
      }
    } else if (c == child) {
      children = null;
    }
    budget.give(removed.owner, removed.bytes);
    removed.parent = null;
  }
}
