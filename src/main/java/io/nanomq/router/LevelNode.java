package io.nanomq.router;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A node of a tree by topic levels. Most nodes have one child, which is kept without a map.
 *
 * <p>Shared: read by any thread without a lock, since {@link #children} is volatile and holds
 * nothing, one node, or a concurrent map; changed only under the lock of its tree.
 *
 * @param <N> the node's own type
 */
public abstract class LevelNode<N extends LevelNode<N>> {
  private final @Nullable N parent;
  private final String level;
  private volatile @Nullable Object children;

  protected LevelNode(@Nullable N parent, String level) {
    this.parent = parent;
    this.level = level;
  }

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
    if (c instanceof ConcurrentHashMap<?, ?> map) {
      return (N) map.get(name);
    }
    N only = (N) c;
    return only.level().equals(name) ? only : null;
  }

  @SuppressWarnings("unchecked")
  public final Collection<N> children() {
    Object c = children;
    if (c == null) {
      return List.of();
    }
    return c instanceof ConcurrentHashMap<?, ?> map
        ? ((ConcurrentHashMap<String, N>) map).values()
        : List.of((N) c);
  }

  public final boolean hasChildren() {
    Object c = children;
    return c != null && !(c instanceof ConcurrentHashMap<?, ?> map && map.isEmpty());
  }

  /** Adds a child whose level is not there yet; under the tree's lock. */
  @SuppressWarnings("unchecked")
  protected final void addChild(N child) {
    Object c = children;
    if (c == null) {
      children = child;
    } else if (c instanceof ConcurrentHashMap<?, ?> map) {
      ((ConcurrentHashMap<String, N>) map).put(child.level(), child);
    } else {
      N only = (N) c;
      ConcurrentHashMap<String, N> map = new ConcurrentHashMap<>(4);
      map.put(only.level(), only);
      map.put(child.level(), child);
      children = map;
    }
  }

  /** Takes a child out; under the tree's lock. */
  protected final void removeChild(N child) {
    Object c = children;
    if (c instanceof ConcurrentHashMap<?, ?> map) {
      map.remove(child.level());
    } else if (c == child) {
      children = null;
    }
  }
}
