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
  private static final int NEVER = -1;

  private @Nullable Subscriber[] members = new Subscriber[4];
  private int size;
  private int durable;
  // What Mailbox.roomChanges was when no durable one had room; other loops read it.
  private volatile int fullAt = NEVER;

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
    fullAt = NEVER;
  }

  /**
   * Looks for a durable one that has room.
   *
   * @return how many were looked at, below 0 = the last of these has room
   */
  int lookForRoom() {
    for (int i = 0; i < size; i++) {
      if (get(i).keepsMore()) {
        return -i - 1;
      }
    }
    return size;
  }

  /** No durable one has room, as long as nobody of the loop has some again. */
  void full(int roomChanges) {
    fullAt = roomChanges;
  }

  /** Whether that still holds; any loop may ask. */
  boolean isFullStill(int roomChanges) {
    return fullAt == roomChanges;
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
    fullAt = NEVER;
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
