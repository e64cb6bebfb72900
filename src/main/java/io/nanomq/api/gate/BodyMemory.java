package io.nanomq.api.gate;

import io.vertx.core.buffer.Buffer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Memory for the bodies of requests, from their first byte until they are answered: all that are
 * small share a 64th of the heap, and one at a time may be large and take up to an eighth. A body
 * of JSON costs more than its bytes: {@code [{}],} are five, and 184 in a tree.
 *
 * <p>Shared: counters that any thread may change.
 */
@Singleton
final class BodyMemory {
  /** Of what a heap has beyond it nothing is for bodies. */
  static final long MOST_HEAP = 1 << 30;

  private static final int SMALL_PART = 64;
  private static final int LARGE_PART = 8;

  /** So many that are as large as a small one may be have room at once. */
  private static final int SMALL_ONES = 8;

  /** As bytes, as text, and as texts of the tree. */
  private static final int COPIES = 3;

  /** A map with its table; a list that has some room ahead costs less. */
  private static final int GROUP_BYTES = 160;

  /** A value of a list or a map: a node, its text, and an entry of a table. */
  private static final int VALUE_BYTES = 72;

  private final long smallOnes;
  private final long large;
  private final AtomicLong held = new AtomicLong();
  private final AtomicReference<@Nullable Share> largeOne = new AtomicReference<>();

  @Inject
  BodyMemory() {
    this(Math.min(MOST_HEAP, Runtime.getRuntime().maxMemory()));
  }

  /**
   * @param heap bytes that the heap may have
   */
  BodyMemory(long heap) {
    smallOnes = heap / SMALL_PART;
    large = heap / LARGE_PART;
  }

  /** What a body may cost once it is a tree. */
  static long cost(Buffer body) {
    byte[] bytes = body.getBytes();
    long cost = (long) bytes.length * COPIES;
    if (!isJson(bytes)) {
      return cost;
    }
    for (byte each : bytes) {
      if (each == '{' || each == '[') {
        cost += GROUP_BYTES;
      } else if (each == ',') {
        cost += VALUE_BYTES;
      }
    }
    return cost;
  }

  private static boolean isJson(byte[] bytes) {
    for (byte each : bytes) {
      if (each > ' ') {
        return each == '{' || each == '[';
      }
    }
    return false;
  }

  /** Whether there is room for that much of one body, with all others away. */
  boolean canHold(long bytes) {
    return bytes <= large;
  }

  /** The share of a request that has taken nothing yet. */
  Share share() {
    return new Share();
  }

  /** What one request holds; by one thread at a time. */
  final class Share {
    private long mine;

    /**
     * Has it hold so many bytes, if it holds less.
     *
     * @return whether there is room; where not, nothing has changed
     */
    boolean grow(long bytes) {
      if (largeOne.get() == this) {
        return bytes <= large;
      }
      long more = bytes - mine;
      if (more <= 0) {
        return true;
      }
      if (bytes > smallOnes / SMALL_ONES) {
        return bytes <= large && becomeLarge();
      }
      if (held.addAndGet(more) > smallOnes) {
        held.addAndGet(-more);
        return false;
      }
      mine = bytes;
      return true;
    }

    private boolean becomeLarge() {
      if (!largeOne.compareAndSet(null, this)) {
        return false;
      }
      held.addAndGet(-mine);
      mine = 0;
      return true;
    }

    /** Gives everything back, once or more often. */
    void give() {
      held.addAndGet(-mine);
      mine = 0;
      largeOne.compareAndSet(this, null);
    }
  }
}
