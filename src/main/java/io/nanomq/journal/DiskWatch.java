package io.nanomq.journal;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * Whether the disk has not answered for so long that nobody should wait for it any more: a server
 * of files that is gone says nothing, where a broken disk fails.
 *
 * <p>Shared: the one thread that writes says what it does, any thread asks.
 */
final class DiskWatch {
  private static final Logger LOG = Logger.getLogger(DiskWatch.class);

  private final Disk disk;
  private final long patienceNanos;
  private final AtomicBoolean isStuck = new AtomicBoolean();
  // When the disk was asked; 0 = it is not.
  private volatile long asked;

  DiskWatch(Disk disk, long patienceMillis) {
    this.disk = disk;
    this.patienceNanos = patienceMillis * 1_000_000;
  }

  /** The disk may be asked from now on. */
  void asks() {
    asked = System.nanoTime() | 1;
  }

  void answered() {
    asked = 0;
    if (isStuck.get() && isStuck.compareAndSet(true, false)) {
      LOG.infof("The disk of the journal in %s answers again", disk);
    }
  }

  boolean isStuck() {
    long since = asked;
    boolean is = since != 0 && System.nanoTime() - since > patienceNanos;
    if (is && isStuck.compareAndSet(false, true)) {
      LOG.errorf(
          "The disk of the journal in %s has not answered for %d s: what would have to be stored is"
              + " refused",
          disk, patienceNanos / 1_000_000_000);
    }
    return is;
  }
}
