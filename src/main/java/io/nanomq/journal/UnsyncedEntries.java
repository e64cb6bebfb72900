package io.nanomq.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * What was taken to be written and is not safe: the first ones are written, of these the first ones
 * are told, and the contents have the first ones. Used by the one thread that writes.
 */
final class UnsyncedEntries {
  /** So much may be written and not forced, however seldom that is done. */
  private static final long MOST_BYTES = 8L << 20;

  private final List<Entry> entries = new ArrayList<>();
  private final PendingBytes pendingBytes;
  private final JournalConf conf;
  private int written;
  private int told;
  private int applied;
  private long bytes;
  private long taken;
  private long lastSyncNanos = System.nanoTime();
  // Whether somebody waits for one of them.
  private boolean urgent;

  /** Somebody's records; told whether they are safe once, on the writing thread. */
  static final class Entry {
    final RecordBuffer records;
    final @Nullable Runnable whenCommitted;
    // Whether nobody waits until it is safe.
    final boolean canWait;
    // Where its frame begins in the segment that is written.
    int at;
    boolean committed;

    Entry(RecordBuffer records, @Nullable Runnable whenCommitted, boolean canWait) {
      this.records = records;
      this.whenCommitted = whenCommitted;
      this.canWait = canWait;
    }

    /** It is in the segment: who waits for it is told, once. */
    void commit(PendingBytes pendingBytes) {
      if (!committed) {
        committed = true;
        pendingBytes.remove(records);
        if (whenCommitted != null) {
          whenCommitted.run();
        }
      }
    }
  }

  /**
   * @param pendingBytes of what nobody was told that it is safe
   */
  UnsyncedEntries(JournalConf conf, PendingBytes pendingBytes) {
    this.conf = conf;
    this.pendingBytes = pendingBytes;
  }

  /** Somebody waits for one of them. */
  void hurry() {
    urgent = !entries.isEmpty();
  }

  /**
   * Takes all that waits.
   *
   * @return whether there is anything to write
   */
  boolean take(Queue<Entry> from) {
    taken = 0;
    Entry next = from.poll();
    while (next != null) {
      entries.add(next);
      taken += Frame.size(next.records.length());
      urgent |= !next.canWait;
      next = from.poll();
    }
    return hasNext();
  }

  /** Bytes of the frames of what was taken last. */
  long taken() {
    return taken;
  }

  /** Takes what is to be written anew. */
  void addKept(RecordBuffer records) {
    entries.add(new Entry(records, null, false));
    pendingBytes.add(records);
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  /**
   * Whether they are to be forced to the disk now.
   *
   * @param closing whether no more are to come
   */
  boolean isSyncDue(boolean closing) {
    boolean atOnce = closing || bytes > MOST_BYTES || urgent && conf.isSyncedAtOnce();
    return !entries.isEmpty() && (atOnce || conf.isSyncDue(lastSyncNanos));
  }

  /** How many of them are written. */
  int written() {
    return written;
  }

  /** Whether what is written has a large message. */
  private boolean hasLarge() {
    boolean hasLarge = false;
    for (int i = 0; i < written && !hasLarge; i++) {
      hasLarge = entries.get(i).records.largeBytes() > 0;
    }
    return hasLarge;
  }

  boolean hasNext() {
    return written < entries.size();
  }

  /** The first one that is not written. */
  Entry next() {
    return entries.get(written);
  }

  /**
   * That one is.
   *
   * @param at where its frame begins in the segment
   * @param size bytes of the frame
   */
  void wrote(int at, int size) {
    entries.get(written).at = at;
    bytes += size;
    written++;
  }

  /** What is written is in the segment now: those who wait for it first get to know. */
  void commit(RecordHandler contents, long segment) {
    for (int i = written - 1; i >= told; i--) {
      entries.get(i).commit(pendingBytes);
    }
    told = written;
    apply(contents, segment);
  }

  /** The contents have what is written. */
  private void apply(RecordHandler contents, long segment) {
    for (; applied < written; applied++) {
      Entry entry = entries.get(applied);
      contents.apply(segment, entry.at, entry.records.bytes(), entry.records.length());
    }
  }

  /**
   * What is written is in the segment, which is not forced at once unless somebody waits for it.
   */
  void wrote(RecordHandler contents, long segment) {
    if (!conf.isSyncedAtOnce()) {
      commit(contents, segment);
    } else if (!urgent) {
      apply(contents, segment);
    }
  }

  /**
   * What is written was forced to the disk.
   *
   * @param began when, in nanoseconds
   * @param othersWait whether something has come meanwhile
   * @return nanoseconds that it took
   */
  long forced(long began, boolean othersWait) {
    lastSyncNanos = System.nanoTime();
    bytes = 0;
    long took = lastSyncNanos - began;
    if (othersWait && conf.isSyncedAtOnce() && hasLarge()) {
      pendingBytes.largeOneWasInTheWay(took);
    }
    return took;
  }

  /** What is written, and told, is safe. */
  void safe() {
    for (int i = 0; i < written; i++) {
      entries.get(i).records.end();
    }
    entries.subList(0, written).clear();
    told -= written;
    applied -= written;
    written = 0;
    urgent &= !entries.isEmpty();
  }

  /** All of them are to be written again. */
  void again() {
    written = 0;
    told = 0;
    applied = 0;
    bytes = 0;
  }
}
