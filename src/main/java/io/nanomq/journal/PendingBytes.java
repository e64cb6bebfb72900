package io.nanomq.journal;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes that were told and that are not safe, and those of them that large messages brought. When
 * one of these was written while others came, they have the disk for themselves for as long as they
 * waited for it; then large messages may come again.
 *
 * <p>Shared: any thread tells and asks.
 */
final class PendingBytes {
  /** A disk that stood still keeps nobody out when it goes on. */
  private static final long MOST_APART_NANOS = 100_000_000;

  private final AtomicLong all = new AtomicLong();
  private final AtomicLong large = new AtomicLong();
  private volatile long largeFrom = System.nanoTime();

  void add(RecordBuffer records) {
    all.addAndGet(records.length());
    if (records.largeBytes() > 0) {
      large.addAndGet(records.largeBytes());
    }
  }

  void remove(RecordBuffer records) {
    all.addAndGet(-records.length());
    if (records.largeBytes() > 0) {
      large.addAndGet(-records.largeBytes());
    }
  }

  long get() {
    return all.get();
  }

  /**
   * A large message is safe now, and others came while it was written.
   *
   * @param nanos how long the disk has taken for it
   */
  void largeOneWasInTheWay(long nanos) {
    largeFrom = System.nanoTime() + Math.min(nanos, MOST_APART_NANOS);
  }

  /** See {@link JournalConf#isBehind}; those records are about to be told as well. */
  boolean isBehind(JournalConf conf, RecordBuffer more, int bytes) {
    return conf.isBehind(all.get() + more.length(), large.get() + more.largeBytes(), bytes)
        || JournalConf.isLarge(bytes) && System.nanoTime() - largeFrom < 0;
  }
}
