package io.nanomq.persistence.journal.held;

import io.nanomq.loop.LoopConfined;
import io.nanomq.persistence.SessionStore.Listener;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for which batch, or for one message that may be done with before; first come first
 * served. Nothing is allocated for one of them.
 */
@LoopConfined
public final class WaitingTokens {
  private @Nullable Listener[] listeners = new Listener[64];
  private long[] tokens = new long[64];
  private long[] batches = new long[64];
  private long[] messages = new long[64];
  private int first;
  private int size;

  public boolean isEmpty() {
    return size == 0;
  }

  public int size() {
    return size;
  }

  /**
   * @param message all that it waits for is this message; 0 = it waits for the batch
   */
  public void add(Listener listener, long token, long batch, long message) {
    if (size == tokens.length) {
      grow();
    }
    int at = first + size & tokens.length - 1;
    listeners[at] = listener;
    tokens[at] = token;
    batches[at] = batch;
    messages[at] = message;
    size++;
  }

  private void grow() {
    int length = tokens.length;
    @Nullable Listener[] who = Arrays.copyOf(listeners, length * 2);
    long[] what = Arrays.copyOf(tokens, length * 2);
    long[] when = Arrays.copyOf(batches, length * 2);
    long[] which = Arrays.copyOf(messages, length * 2);
    // What stood ahead of the first comes behind the last.
    System.arraycopy(listeners, 0, who, length, first);
    System.arraycopy(tokens, 0, what, length, first);
    System.arraycopy(batches, 0, when, length, first);
    System.arraycopy(messages, 0, which, length, first);
    listeners = who;
    tokens = what;
    batches = when;
    messages = which;
  }

  /** Whether the first one waits for that batch or one before. */
  public boolean isDue(long batch) {
    return size > 0 && batches[first] <= batch;
  }

  /** The message that the first one waits for; 0 = none, or nobody waits. */
  public long firstMessage() {
    return size > 0 ? messages[first] : 0;
  }

  /** Tells the first one. */
  public void tellFirst() {
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
