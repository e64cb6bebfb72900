package io.nanomq.journal;

import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes anew what is needed of the oldest segments, where that frees enough, so that their files
 * are used again. A part of it is done after each batch: whoever waits for a sync waits for that,
 * not for a whole segment. Used by one thread.
 */
final class SegmentReuse {
  private static final int WINDOW_BYTES = 1 << 20;
  private static final int KEPT_AT_ONCE = 256 * 1024;

  /** So much is looked at at once, or more where more comes; of a small segment a part. */
  private static final int SLICE_BYTES = 4 << 20;

  private static final int FEWEST_SLICES = 8;

  /**
   * For each byte that comes, so many of old segments are looked at: a quarter of them is needed at
   * most ({@link JournalRoom#isWasted}), so that this frees more than is taken.
   */
  private static final int LOOKS_PER_BYTE = 2;

  private final Disk disk;
  private final int sliceBytes;
  private final Segments segments;
  private final JournalRoom room;
  private final JournalReads reads;
  private final RecordHandler contents;
  private final UnsyncedEntries to;
  private @Nullable Keeping keeping;

  SegmentReuse(
      Disk disk,
      JournalConf conf,
      Segments segments,
      JournalRoom room,
      JournalReads reads,
      RecordHandler contents,
      UnsyncedEntries to) {
    this.disk = disk;
    this.sliceBytes = Math.min(SLICE_BYTES, conf.segmentBytes() / FEWEST_SLICES);
    this.segments = segments;
    this.room = room;
    this.reads = reads;
    this.contents = contents;
    this.to = to;
  }

  /** Makes all safe that was appended. */
  interface Writer {
    void makeSafe() throws IOException;
  }

  /** How far the oldest segment was looked at for what is needed of it. */
  private static final class Keeping {
    // Tests look all the same.
    private static final boolean LOOKS_ON = SegmentReuse.class.desiredAssertionStatus();

    final long segment;
    final int end;
    final boolean isNeeded;
    final RecordHandler.Keeper keeper;
    int at = Frame.HEAD_BYTES;
    boolean isMore;

    Keeping(RecordHandler contents, Map.Entry<Long, Integer> oldest) {
      segment = oldest.getKey();
      end = oldest.getValue();
      isNeeded = contents.isNeeded(segment);
      isMore = isNeeded;
      keeper = contents.keeper(segment);
    }

    boolean isDone() {
      return at >= end || !isMore && !LOOKS_ON;
    }
  }

  /**
   * Does as much as is due.
   *
   * @param bytes that have come since the last call
   */
  void go(long bytes, Writer writer) throws IOException {
    long due = Math.max(sliceBytes, LOOKS_PER_BYTE * bytes);
    do {
      if (isDue()) {
        writer.makeSafe();
        due -= keepOldest(due);
      }
      if (reads.letGo(isKept())) {
        writer.makeSafe();
        segments.recycleOldest(contents);
        keeping = null;
      }
    } while (due > 0 && isDue());
  }

  /**
   * Has what is needed of the oldest segment appended anew. That has to be safe before the file is
   * used again.
   *
   * @param due so many bytes of it are to be looked at
   * @return how many were, or are known to have nothing that is needed
   */
  private int keepOldest(long due) throws IOException {
    Keeping now = keeping == null ? new Keeping(contents, segments.oldest()) : keeping;
    // Where it fails on the way, what was found is not appended: all is looked at again.
    keeping = null;
    int start = now.at;
    RecordBuffer kept = new RecordBuffer(KEPT_AT_ONCE);
    try (FrameReader in = new FrameReader(disk, WINDOW_BYTES)) {
      while (now.at - start < due && !now.isDone()) {
        int length = in.read(now.segment, now.at);
        now.isMore = now.keeper.keep(now.at, in.records(), length, kept);
        assert now.isNeeded || kept.isEmpty() : "a segment that is not needed has what is";
        if (kept.length() >= KEPT_AT_ONCE) {
          to.addKept(kept);
          kept = new RecordBuffer(KEPT_AT_ONCE);
        }
        now.at += Frame.size(length);
      }
    }
    if (!kept.isEmpty()) {
      to.addKept(kept);
    }
    keeping = now;
    return (now.isDone() ? now.end : now.at) - start;
  }

  private boolean isDue() {
    return room.isWasted(contents.liveBytes()) && !isKept() || isUnderWay();
  }

  /** Whether some of the oldest segment was looked at, and not all. */
  boolean isUnderWay() {
    return keeping != null && !keeping.isDone();
  }

  /** Whether all that is needed of the oldest segment is appended anew. */
  private boolean isKept() {
    return keeping != null && keeping.isDone();
  }
}
