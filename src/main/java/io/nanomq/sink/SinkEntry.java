package io.nanomq.sink;

import java.util.concurrent.atomic.AtomicBoolean;

/** Something in a queue, which is counted out once whoever comes first. */
final class SinkEntry<T> {
  private final T thing;
  private final int bytes;
  private final AtomicBoolean settled = new AtomicBoolean();

  SinkEntry(T thing, int bytes) {
    this.thing = thing;
    this.bytes = bytes;
  }

  T thing() {
    return thing;
  }

  int bytes() {
    return bytes;
  }

  /** Whether this call is the one that counts. */
  boolean settle() {
    return settled.compareAndSet(false, true);
  }
}
