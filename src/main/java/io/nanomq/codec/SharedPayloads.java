package io.nanomq.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Copies of payloads where sockets can read them. Those of large messages are kept for a while: who
 * gets the message a little later sends the same copy, and one that nobody sends any more makes
 * room for the next. New memory of that size would come from the system, which clears it page by
 * page while the loop waits.
 *
 * <p>One per loop; at most {@link #MOST_BYTES} are kept.
 */
final class SharedPayloads {
  /** Smaller ones are in what the allocator keeps anyway. */
  static final int LARGE_BYTES = 64 * 1024;

  static final int MOST_BYTES = 4 << 20;

  private record Copy(WeakReference<byte @Nullable []> payload, ByteBuf bytes) {
    boolean isFree() {
      return bytes.refCnt() == 1;
    }
  }

  // The one that was wanted last stands last.
  private final Deque<Copy> copies = new ArrayDeque<>();
  private int keptBytes;

  /**
   * A copy that was made before.
   *
   * @return to be released by the caller; null = there is none
   */
  @Nullable ByteBuf find(byte @Nullable [] payload) {
    if (payload == null || payload.length < LARGE_BYTES) {
      return null;
    }
    Copy found = null;
    for (Iterator<Copy> all = copies.iterator(); found == null && all.hasNext(); ) {
      Copy copy = all.next();
      if (copy.payload.refersTo(payload)) {
        all.remove();
        found = copy;
      }
    }
    if (found == null) {
      return null;
    }
    copies.addLast(found);
    return found.bytes.retain();
  }

  /**
   * Room for a copy.
   *
   * @param payload what is copied, to be found by it; null = nobody keeps that
   * @return empty, to be released by the caller
   */
  ByteBuf room(byte @Nullable [] payload, int length) {
    if (length < LARGE_BYTES || length > MOST_BYTES) {
      return PooledByteBufAllocator.DEFAULT.directBuffer(length);
    }
    ByteBuf room = take(length);
    if (room == null) {
      letGo(MOST_BYTES - length);
      room = PooledByteBufAllocator.DEFAULT.directBuffer(length);
      keptBytes += room.capacity();
    }
    copies.addLast(new Copy(new WeakReference<>(payload), room));
    return room.retain();
  }

  /** The copy that was not wanted for longest and that nobody sends, without what it holds. */
  private @Nullable ByteBuf take(int length) {
    for (Iterator<Copy> all = copies.iterator(); all.hasNext(); ) {
      Copy copy = all.next();
      if (copy.isFree() && copy.bytes.capacity() >= length) {
        all.remove();
        return copy.bytes.clear();
      }
    }
    return null;
  }

  private void letGo(int most) {
    while (keptBytes > most) {
      ByteBuf oldest = copies.removeFirst().bytes;
      keptBytes -= oldest.capacity();
      oldest.release();
    }
  }

  /** Gives all of them back, when the loop ends. */
  void close() {
    letGo(0);
  }
}
