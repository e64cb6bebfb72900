package io.nanomq.persistence;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Has a thread of its own read what the caller goes through meanwhile. Not shared: made for one
 * pass.
 */
public final class ReadAhead<T> {
  /** So many, or so many bytes, are handed over at once. */
  private static final int BATCH = 256;

  private static final int BATCH_BYTES = 256 * 1024;

  /** So many are read and not gone through at most. */
  private static final int BATCHES = 4;

  /** What is to be read, in its order. */
  public interface Source<T> {
    void forEach(Consumer<T> to) throws IOException;
  }

  private final BlockingQueue<List<T>> batches = new ArrayBlockingQueue<>(BATCHES);
  private final Source<T> source;
  private final ToIntFunction<T> bytesOf;
  private List<T> batch = new ArrayList<>(BATCH);
  private long bytes;
  private boolean abandoned;
  private @Nullable IOException failure;
  private @Nullable RuntimeException unexpected;

  /**
   * @param bytesOf what one takes in memory
   */
  public ReadAhead(Source<T> source, ToIntFunction<T> bytesOf) {
    this.source = source;
    this.bytesOf = bytesOf;
  }

  /** Goes through all of it, on the thread that calls. */
  public void forEach(Consumer<T> to) throws IOException {
    Thread reader = new Thread(this::read, "nanomq-journal-read-ahead");
    reader.setDaemon(true);
    reader.start();
    try {
      for (List<T> next = batches.take(); !next.isEmpty(); next = batches.take()) {
        next.forEach(to);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", stopped);
    } finally {
      reader.interrupt();
    }
    // An empty batch comes behind all others, and behind what went wrong.
    IOException failed = failure;
    if (failed != null) {
      throw failed;
    }
    RuntimeException other = unexpected;
    if (other != null) {
      throw other;
    }
  }

  private void read() {
    try {
      source.forEach(this::add);
    } catch (IOException failed) {
      failure = failed;
    } catch (RuntimeException failed) {
      unexpected = failed;
    }
    if (!abandoned && !batch.isEmpty()) {
      give();
    }
    if (!abandoned) {
      give();
    }
  }

  private void add(T item) {
    batch.add(item);
    bytes += bytesOf.applyAsInt(item);
    if (batch.size() == BATCH || bytes >= BATCH_BYTES) {
      give();
    }
  }

  private void give() {
    try {
      batches.put(batch);
    } catch (InterruptedException nobodyReads) {
      abandoned = true;
      throw new IllegalStateException("nobody goes through it any more", nobodyReads);
    }
    batch = new ArrayList<>(BATCH);
    bytes = 0;
  }
}
