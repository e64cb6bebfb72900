package io.nanomq;

import io.nanomq.loop.LoopContext;
import io.nanomq.loop.ThreadPriority;
import io.nanomq.persistence.RecoveredState.Retained;
import io.nanomq.persistence.SessionStores;
import io.nanomq.persistence.StoreClock;
import io.nanomq.retained.RetainedStore;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * Brings retained messages back from disk on a thread of its own: at a start, while clients come
 * already and get theirs when all are there; and those that memory had no room for when there is
 * some again. All are read for that, so it rests longer than it reads, and ever longer while that
 * brings none.
 *
 * <p>Shared: one thread starts it, another one closes it.
 */
final class RetainedReturn implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(RetainedReturn.class);

  private static final long LEAST_REST_MILLIS = 2_000;
  private static final long MOST_REST_MILLIS = 600_000;

  /** So much longer than it reads. */
  private static final int REST = 10;

  private static final int PATIENCE_SECONDS = 30;
  private static final int CLOSE_MILLIS = 5_000;

  private final SessionStores stores;
  private final StoreClock clock;
  private final RetainedStore retained;
  private final List<LoopContext> loops;
  private final Thread thread;

  /**
   * @param first what an earlier process left; the store expects it
   */
  RetainedReturn(
      SessionStores stores,
      StoreClock clock,
      RetainedStore retained,
      List<LoopContext> loops,
      Retained first) {
    this.stores = stores;
    this.clock = clock;
    this.retained = retained;
    this.loops = loops;
    thread = new Thread(() -> run(first), "nanomq-retained");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  private void run(Retained first) {
    try {
      long began = System.nanoTime();
      int count = read(CompletableFuture.completedFuture(first));
      tell(count, millisSince(began));
      ThreadPriority.lower();
      long rest = LEAST_REST_MILLIS;
      while (retained.isPartlyOnDisk()) {
        Thread.sleep(rest);
        if (retained.hasPlaces()) {
          began = System.nanoTime();
          int more = readAgain();
          long next = more > 0 ? REST * millisSince(began) : 2 * rest;
          rest = Math.max(LEAST_REST_MILLIS, Math.min(MOST_REST_MILLIS, next));
        }
      }
    } catch (InterruptedException closed) {
      LOG.debug("Retained messages are not read any more", closed);
    } catch (RuntimeException unexpected) {
      LOG.error("Retained messages that are on disk only stay there", unexpected);
    }
  }

  private static long millisSince(long nanos) {
    return (System.nanoTime() - nanos) / 1_000_000;
  }

  private void tell(int count, long millis) {
    LOG.infof("%s: %d retained messages are there again, in %d ms", stores, count, millis);
    if (retained.isPartlyOnDisk()) {
      LOG.warn(
          "There are retained messages on disk that had no room, see max_retained_messages and the"
              + " memory that there is: they come back when there is room");
    }
  }

  /**
   * @return how many have come back
   */
  private int readAgain() throws InterruptedException {
    retained.beginReading(false);
    return read(
        catchUp().thenCompose(told -> catchUp()).thenCompose(told -> stores.retained(clock)));
  }

  /** What was removed before is told at the end of a turn. */
  private CompletableFuture<Void> catchUp() {
    return CompletableFuture.allOf(
        loops.stream()
            .map(loop -> CompletableFuture.runAsync(() -> {}, loop.eventLoop()))
            .toArray(CompletableFuture[]::new));
  }

  private int read(CompletableFuture<Retained> asked) throws InterruptedException {
    int[] count = {0};
    boolean isWhole = false;
    try (Retained stored = asked.get(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      stored.forEach(message -> count[0] += retained.bringBack(message) ? 1 : 0);
      isWhole = true;
    } catch (ExecutionException | TimeoutException | RuntimeException failed) {
      // Where it comes too late it has to be closed all the same.
      asked.thenAccept(Retained::close);
      LOG.errorf("Retained messages cannot be read, and stay on disk: %s", failed);
    } finally {
      retained.endReading(isWhole);
    }
    return count[0];
  }

  /** Reads nothing more. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
