package io.nanomq.loop;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What waits for its turn, by where it comes from: the origins take turns, so that a flood from one
 * of them makes that one wait and nobody else. Not safe for several threads by itself.
 *
 * @param <T> compared by identity, or by an {@code equals} that tells all apart
 */
public final class FairQueue<T> {
  private final Map<Object, Set<T>> byOrigin = new LinkedHashMap<>();
  private int size;

  public int size() {
    return size;
  }

  public void add(Object from, T waiting) {
    if (byOrigin.computeIfAbsent(from, any -> new LinkedHashSet<>()).add(waiting)) {
      size++;
    }
  }

  /** The oldest of the origin whose turn it is; null where nothing waits. */
  public @Nullable T poll() {
    Iterator<Map.Entry<Object, Set<T>>> first = byOrigin.entrySet().iterator();
    if (!first.hasNext()) {
      return null;
    }
    Map.Entry<Object, Set<T>> turn = first.next();
    first.remove();
    T next = takeOldest(turn.getValue());
    if (!turn.getValue().isEmpty()) {
      byOrigin.put(turn.getKey(), turn.getValue());
    }
    return next;
  }

  /** Whether it was waiting, which it is no more. */
  public boolean remove(Object from, T waiting) {
    Set<T> same = byOrigin.get(from);
    if (same == null || !same.remove(waiting)) {
      return false;
    }
    size--;
    if (same.isEmpty()) {
      byOrigin.remove(from);
    }
    return true;
  }

  /**
   * Makes room: takes the oldest of the origin that has most waiting.
   *
   * @param from who needs the room
   * @return null where nobody has more waiting than {@code from} would have
   */
  public @Nullable T displaceFor(Object from) {
    Set<T> own = byOrigin.get(from);
    // Or else who is displaced would be the next to displace.
    int most = own == null ? 1 : own.size() + 1;
    Set<T> fattest = null;
    for (Set<T> other : byOrigin.values()) {
      if (other.size() > most) {
        most = other.size();
        fattest = other;
      }
    }
    // It had more than one, so that something is left of it.
    return fattest == null ? null : takeOldest(fattest);
  }

  private T takeOldest(Set<T> same) {
    Iterator<T> oldest = same.iterator();
    T taken = oldest.next();
    oldest.remove();
    size--;
    return taken;
  }
}
