package io.nanomq.persistence.journal.topic;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Has a thread of its own put what is found of retained messages where it belongs, while a journal
 * is read: the table is larger than the processor's caches, so that this takes nearly half of the
 * time, and nothing else of the journal depends on it. The order is kept. Used by one thread.
 */
public final class RetainedBacklog {
  private static final int WIDTH = 5;

  /** So many records are handed over at once. */
  private static final int BATCH = 1024;

  /** So many batches wait at most. */
  private static final int BATCHES = 64;

  /** Takes a record, on another thread until {@link #finish} has ended. */
  public interface Target {
    void put(long segment, long version, boolean isLive, long hash, long otherHash, int bytes);
  }

  /** Records, each in {@link #WIDTH} numbers. */
  private static final class Batch {
    final long[] cells = new long[BATCH * WIDTH];
    int end;
  }

  private final BlockingQueue<Batch> full = new ArrayBlockingQueue<>(BATCHES);
  private final BlockingQueue<Batch> empty = new ArrayBlockingQueue<>(BATCHES);
  private final Target target;
  private Batch batch = new Batch();
  private @Nullable Thread thread;
  // Read when the thread has ended.
  private @Nullable Throwable failure;

  public RetainedBacklog(Target target) {
    this.target = target;
  }

  /** The same as {@link Target#put}, a little later. */
  public void add(
      long segment, long version, boolean isLive, long hash, long otherHash, int bytes) {
    Batch to = batch;
    int at = to.end;
    to.cells[at] = segment << 1 | (isLive ? 1 : 0);
    to.cells[at + 1] = version;
    to.cells[at + 2] = hash;
    to.cells[at + 3] = otherHash;
    to.cells[at + 4] = bytes;
    to.end = at + WIDTH;
    if (to.end == to.cells.length) {
      give(to);
    }
  }

  private void give(Batch of) {
    if (thread == null) {
      thread = new Thread(this::work, "nanomq-journal-retained");
      thread.setDaemon(true);
      thread.start();
    }
    try {
      full.put(of);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the journal was read", stopped);
    }
    Batch next = empty.poll();
    batch = next == null ? new Batch() : next;
  }

  private void work() {
    try {
      for (Batch next = full.take(); next.end > 0; next = full.take()) {
        if (failure == null) {
          put(next);
        }
        next.end = 0;
        empty.offer(next);
      }
    } catch (InterruptedException abandoned) {
      // Nobody waits for the rest.
    }
  }

  private void put(Batch of) {
    try {
      for (int at = 0; at < of.end; at += WIDTH) {
        long[] cells = of.cells;
        boolean isLive = (cells[at] & 1) != 0;
        long segment = cells[at] >>> 1;
        target.put(
            segment, cells[at + 1], isLive, cells[at + 2], cells[at + 3], (int) cells[at + 4]);
      }
    } catch (RuntimeException | Error failed) {
      failure = failed; // whoever adds must not wait for room
    }
  }

  /** Waits until all of it is where it belongs; from then on the caller's thread may see it. */
  public void finish() {
    Thread working = thread;
    if (working == null) {
      put(batch);
    } else {
      if (batch.end > 0) {
        give(batch);
      }
      give(batch);
      try {
        working.join();
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while the journal was read", stopped);
      }
    }
    Throwable failed = failure;
    if (failed instanceof Error error) {
      throw error;
    }
    if (failed != null) {
      throw new IllegalStateException("Retained messages cannot be made out", failed);
    }
  }

  /** What is left is not wanted. */
  public void abandon() {
    Thread working = thread;
    if (working != null) {
      working.interrupt();
    }
  }
}
