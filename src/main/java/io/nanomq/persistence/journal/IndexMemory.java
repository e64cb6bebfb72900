package io.nanomq.persistence.journal;

import org.jboss.logging.Logger;

/**
 * What it takes to know where messages stand, and the bound of it. Beyond the bound publishers are
 * refused; what is acknowledged is kept all the same.
 *
 * <p>Shared: one thread changes it, any may ask.
 */
final class IndexMemory {
  private static final Logger LOG = Logger.getLogger(IndexMemory.class);

  private static final int MIB = 1024 * 1024;

  private final long limit;
  private volatile long bytes;
  private volatile boolean full;

  /**
   * @param limit bytes that it should not take more of
   */
  IndexMemory(long limit) {
    this.limit = limit;
  }

  long bytes() {
    return bytes;
  }

  long limit() {
    return limit;
  }

  boolean isFull() {
    return full;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread changes it
  void add(long more) {
    bytes += more;
    if (!full && bytes > limit) {
      full = true;
      LOG.warnf(
          "So many messages wait for durable sessions that it takes %d MiB to know where they stand"
              + " on disk: further ones are refused until some are taken. A larger heap (-Xmx) has"
              + " room for more",
          bytes / MIB);
    } else if (full && bytes < limit / 16 * 15) {
      full = false;
      LOG.info("There is room again to know where messages stand on disk");
    }
  }
}
