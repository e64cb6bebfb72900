package io.nanomq.persistence.journal;

import io.nanomq.loop.LoopConfined;
import io.nanomq.persistence.SessionStore.Listener;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Who waits for which batch, first come first served; nothing is allocated for one of them. */
@LoopConfined
final class WaitingTokens {
  private @Nullable Listener[] listeners = new Listener[64];
  private long[] tokens = new long[64];
  private long[] batches = new long[64];
  private int first;
  private int size;

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }

  void add(Listener listener, long token, long batch) {
    if (size == tokens.length) {
      grow();
    }
    int at = first + size & tokens.length - 1;
    listeners[at] = listener;
    tokens[at] = token;
    batches[at] = batch;
    size++;
  }

  private void grow() {
    int length = tokens.length;
    @Nullable Listener[] who = Arrays.copyOf(listeners, length * 2);
    long[] what = Arrays.copyOf(tokens, length * 2);
    long[] when = Arrays.copyOf(batches, length * 2);
    // What stood ahead of the first comes behind the last.
    System.arraycopy(listeners, 0, who, length, first);
    System.arraycopy(tokens, 0, what, length, first);
    System.arraycopy(batches, 0, when, length, first);
    listeners = who;
    tokens = what;
    batches = when;
  }

  /** Whether the first one waits for that batch or one before. */
  boolean isDue(long batch) {
    return size > 0 && batches[first] <= batch;
  }

  /** Tells the first one. */
  void tellFirst() {
    Listener listener = listeners[first];
    long token = tokens[first];
    listeners[first] = null;
    first = first + 1 & tokens.length - 1;
    size--;
    if (listener != null) {
      listener.committed(token);
    }
  }
}
