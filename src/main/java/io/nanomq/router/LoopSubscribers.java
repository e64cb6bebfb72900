package io.nanomq.router;

import io.nanomq.loop.LoopConfined;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The subscribers of one topic node that live on one loop. Joining and leaving cost the same for
 * the first and the millionth: each knows its place, and the last takes the place of who leaves.
 */
@LoopConfined
final class LoopSubscribers {
  private @Nullable Subscriber[] members = new Subscriber[4];
  private int size;
  private int durable;

  int size() {
    return size;
  }

  /** Whether the store has to know what any of them gets. */
  boolean hasDurable() {
    return durable > 0;
  }

  /** So many more of them are durable. */
  void addDurable(int more) {
    durable += more;
  }

  /** Whether none of them has room. */
  boolean isFull() {
    for (int i = 0; i < size; i++) {
      if (!get(i).recipient().isFull()) {
        return false;
      }
    }
    return true;
  }

  Subscriber get(int i) {
    Subscriber s = members[i];
    if (s == null) {
      throw new IndexOutOfBoundsException(i);
    }
    return s;
  }

  Subscriber[] toArray() {
    Subscriber[] all = new Subscriber[size];
    System.arraycopy(members, 0, all, 0, size);
    return all;
  }

  void add(Subscriber subscriber) {
    if (size == members.length) {
      members = Arrays.copyOf(members, size + (size >> 1));
    }
    durable += subscriber.durable ? 1 : 0;
    subscriber.position = size;
    members[size++] = subscriber;
  }

  void remove(Subscriber subscriber) {
    int at = subscriber.position;
    if (at >= size || members[at] != subscriber) {
      return;
    }
    durable -= subscriber.durable ? 1 : 0;
    Subscriber last = get(--size);
    members[size] = null;
    if (last != subscriber) {
      members[at] = last;
      last.position = at;
    }
    if (members.length > 16 && size < members.length / 4) {
      members = Arrays.copyOf(members, members.length / 2);
    }
  }
}
