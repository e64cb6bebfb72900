package io.nanomq.persistence.journal;

import io.nanomq.persistence.journal.table.SegmentCounts;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/**
 * What it takes to know where messages stand, and the bound of it. Beyond the bound publishers are
 * refused; what is acknowledged is kept all the same.
 *
 * <p>Shared: one thread changes it, any may ask, but for {@link #counts}.
 */
final class IndexMemory {
  private static final Logger LOG = Logger.getLogger(IndexMemory.class);

  private static final int MIB = 1024 * 1024;

  /** How many of them stand in which segment, and what else is needed there. */
  final SegmentCounts counts = new SegmentCounts();

  private final long limit;
  private final AtomicLong bytes = new AtomicLong();
  private volatile boolean full;

  /**
   * @param limit bytes that it should not take more of
   */
  IndexMemory(long limit) {
    this.limit = limit;
  }

  long bytes() {
    return bytes.get();
  }

  long limit() {
    return limit;
  }

  boolean isFull() {
    return full;
  }

  void add(long more) {
    long now = bytes.getPlain() + more;
    // One thread changes it: no other one's change can be lost.
    bytes.lazySet(now);
    if (!full && now > limit) {
      full = true;
      LOG.warnf(
          "So many messages wait for durable sessions that it takes %d MiB to know where they stand"
              + " on disk: further ones are refused until some are taken. A larger heap (-Xmx) has"
              + " room for more",
          now / MIB);
    } else if (full && now < limit / 16 * 15) {
      full = false;
      LOG.info("There is room again to know where messages stand on disk");
    }
  }
}
