package io.nanomq.journal;

import java.io.IOException;
import org.jboss.logging.Logger;

/**
 * Whether a journal has room: one file more is there before it is needed, so that a lack of room
 * shows ahead of time, and the last of it is left to what makes room. Some of the file system is
 * left to others as well: one that is full to the brim takes the whole machine down.
 *
 * <p>Used by the one thread that writes, but for what is volatile, which any thread may ask.
 */
public final class JournalRoom {
  private static final Logger LOG = Logger.getLogger(JournalRoom.class);

  /** What is left to others, at most. */
  private static final long MOST_LEFT_FREE = 256L << 20;

  /** The same as a share of the file system. */
  private static final int SHARE_LEFT_FREE = 16;

  private static final int LOW_SEGMENTS = 4;

  // What a file has by now is added to it.
  private static final long UNKNOWN = Long.MAX_VALUE / 2;

  private final Disk disk;
  private final JournalConf conf;
  private final Segments segments;
  private final JournalCounters counters;
  private volatile boolean full;
  private volatile long capacity = Long.MAX_VALUE;
  private volatile long liveBytes;
  private long lastLookNanos = System.nanoTime() - Journal.RETRY_NANOS;
  private long freeBytes = UNKNOWN;
  private long totalBytes;
  private boolean isLow;
  private boolean preparing;

  JournalRoom(Disk disk, JournalConf conf, Segments segments, JournalCounters counters) {
    this.disk = disk;
    this.conf = conf;
    this.segments = segments;
    this.counters = counters;
  }

  /** Whether nothing should be stored but what makes room; any thread may ask. */
  boolean isFull() {
    return full;
  }

  /**
   * So many bytes that are needed can be kept for sure: as long as there are no more, what is not
   * needed makes room. Any thread may ask.
   */
  public long capacity() {
    return capacity;
  }

  /** Bytes that are needed; any thread may ask. */
  public long liveBytes() {
    return liveBytes;
  }

  /** What the segments take that are in use. */
  long usedBytes() {
    return (segments.olderCount() + 1L) * conf.segmentBytes();
  }

  /**
   * Whether writing anew what the oldest segment has that is needed frees enough.
   *
   * @param live bytes of all that is needed
   */
  boolean isWasted(long live) {
    liveBytes = live;
    boolean isLarge =
        segments.olderCount() >= JournalConf.FEWEST_SEGMENTS && usedBytes() / 4 > live;
    // Without the one that is being written: else a full one would be written anew for ever.
    boolean isTight = full && (usedBytes() - conf.segmentBytes()) / 4 * 3 > live;
    return isLarge || isTight;
  }

  /**
   * Makes sure of the next file, or that there is none.
   *
   * @param live bytes of all that is needed
   * @param position how far the segment is written: the next one is there before it is full
   */
  void prepareSpare(long live, int position) {
    boolean hasRoom = segmentsLeft() > 0 && (segments.spares().isReady() || addSpare(position));
    preparing = hasRoom && !segments.spares().isReady();
    if (full == hasRoom) {
      full = !hasRoom;
      LOG.warnf(
          full
              ? "The journal in %s has no more room: what would have to be stored is refused"
              : "The journal in %s has room again",
          disk);
    }
    look();
    counters.uses(usedBytes(), live);
  }

  /** Of those that may be in use. */
  private long segmentsLeft() {
    return conf.maxSegments() - JournalConf.RESERVED - segments.olderCount() - 1L;
  }

  /** Whether the next file has just grown, and is not whole. */
  boolean isPreparing() {
    return preparing;
  }

  private boolean addSpare(int position) {
    if (full && !isLookDue()) {
      return false;
    }
    free();
    try {
      if (forUs() + segments.spares().bytes() < conf.segmentBytes()) {
        segments.spares().giveUp();
        return false;
      }
      // Who was told that there is none hears of one only when it is there.
      segments.spares().grow(full ? conf.segmentBytes() : 2L * position);
      return true;
    } catch (IOException noRoom) {
      counters.failed();
      LOG.debug("No room for one more segment", noRoom);
      return false;
    }
  }

  /** Of what is free, what others need not have. */
  private long forUs() {
    long left = Math.min(MOST_LEFT_FREE, totalBytes / SHARE_LEFT_FREE);
    return Math.max(0, freeBytes - left);
  }

  private boolean isLookDue() {
    return System.nanoTime() - lastLookNanos >= Journal.RETRY_NANOS;
  }

  private void free() {
    lastLookNanos = System.nanoTime();
    freeBytes = Math.min(disk.freeBytes(), UNKNOWN);
    totalBytes = disk.totalBytes();
  }

  /** Says how much more may come, now and then, and when that gets little. */
  private void look() {
    if (isLookDue()) {
      free();
    }
    long byDisk = (forUs() + segments.spares().bytes()) / conf.segmentBytes();
    long left = Math.max(0, Math.min(segmentsLeft(), byDisk));
    counters.room(left * conf.segmentBytes());
    capacity = (usedBytes() + (left - 1) * conf.segmentBytes()) / 4 * 3;
    boolean nowLow = left < LOW_SEGMENTS && left < (segments.olderCount() + 1L);
    if (nowLow && !isLow && !full) {
      LOG.warnf(
          "The journal in %s has room for %d MB more; then what would have to be stored is refused",
          disk, left * conf.segmentBytes() >> 20);
    }
    isLow = nowLow;
  }

  /** Looks again, however lately that was; for tests. */
  void lookNow() {
    lastLookNanos = System.nanoTime() - Journal.RETRY_NANOS;
  }
}
