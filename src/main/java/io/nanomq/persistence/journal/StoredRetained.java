package io.nanomq.persistence.journal;

import io.nanomq.journal.ImageInput;
import io.nanomq.journal.ImageOutput;
import io.nanomq.persistence.journal.topic.LiveVersions;
import io.nanomq.persistence.journal.topic.RetainedBacklog;
import io.nanomq.persistence.journal.topic.TopicFingerprint;
import io.nanomq.persistence.journal.topic.TopicTable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Retained messages, and the topics that have none any more as far as a record of an earlier
 * version may still come. Topics are known by their hashes. Used by one thread at a time, but for
 * {@link #size} and {@link #bytes}; while the journal is read, {@link RetainedBacklog}'s fills it.
 */
final class StoredRetained {
  /**
   * A record of an earlier version comes at most a turn of a loop later: so many topics are cleared
   * in none.
   */
  private static final int MOST_CLEARED = 65_536;

  private static final int LIVE = 1;

  /** It waits among those that are cleared. */
  private static final int QUEUED = 2;

  private static final int CLEARED_AGAIN = 4;

  private final TopicFingerprint hash = new TopicFingerprint();
  private final TopicTable topics = new TopicTable();
  private final Deque<Integer> cleared = new ArrayDeque<>();
  // Null once all that an earlier process left is read.
  private @Nullable RetainedBacklog backlog = new RetainedBacklog(this::put);
  private long liveBytes;
  private volatile int live;

  int size() {
    return live;
  }

  /** What it takes to know where they stand, in bytes. */
  long bytes() {
    return topics.bytes();
  }

  /**
   * A record of a topic.
   *
   * @param in stands ahead of the topic
   */
  void found(long segment, long version, boolean isLive, RecordReader in) {
    in.hashString(hash);
    RetainedBacklog reading = backlog;
    if (reading == null) {
      put(segment, version, isLive, hash.hash(), hash.otherHash(), in.size());
    } else {
      reading.add(segment, version, isLive, hash.hash(), hash.otherHash(), in.size());
    }
  }

  private void put(
      long segment, long version, boolean isLive, long hash, long otherHash, int bytes) {
    int row = topics.findOrAdd(hash, otherHash);
    if (version < topics.version(row)) {
      topics.olderSegment(row, (int) segment);
      return;
    }
    count(row, -1);
    topics.version(row, version);
    topics.place(row, Math.toIntExact(segment), bytes);
    topics.olderSegment(row, 0);
    topics.flag(row, LIVE, isLive);
    count(row, 1);
    if (!isLive) {
      remember(row);
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread changes it
  private void count(int row, int sign) {
    if (topics.is(row, LIVE)) {
      live += sign;
      liveBytes += (long) sign * topics.recordBytes(row);
    }
  }

  private void remember(int row) {
    if (topics.is(row, QUEUED)) {
      topics.flag(row, CLEARED_AGAIN, true);
      return;
    }
    topics.flag(row, QUEUED, true);
    cleared.add(row);
    for (int i = 0; i < 2 && cleared.size() > MOST_CLEARED; i++) {
      forget(cleared.remove());
    }
  }

  private void forget(int oldest) {
    topics.flag(oldest, QUEUED, false);
    if (topics.is(oldest, LIVE)) {
      return;
    }
    if (topics.is(oldest, CLEARED_AGAIN) || topics.olderSegment(oldest) != 0) {
      topics.flag(oldest, CLEARED_AGAIN, false);
      topics.flag(oldest, QUEUED, true);
      cleared.add(oldest);
    } else {
      topics.remove(oldest);
    }
  }

  // ---- in an image of the journal

  void write(ImageOutput to) throws IOException {
    settle();
    to.writeLong(liveBytes);
    to.writeInt(live);
    to.writeInt(cleared.size());
    for (int row : cleared) {
      to.writeInt(row);
    }
    hash.write(to);
    topics.write(to);
  }

  /** Nothing was found until now. */
  void read(ImageInput from) throws IOException {
    liveBytes = from.readLong();
    live = from.readInt();
    for (int rest = from.readInt(); rest > 0; rest--) {
      cleared.add(from.readInt());
    }
    hash.read(from);
    topics.read(from);
  }

  /** Waits for what was found and is not there yet; the first to ask for it does. */
  void settle() {
    RetainedBacklog reading = backlog;
    if (reading != null) {
      backlog = null;
      reading.finish();
    }
  }

  /** The journal cannot be read. */
  void abandon() {
    RetainedBacklog reading = backlog;
    if (reading != null) {
      reading.abandon();
    }
  }

  private int find(RecordReader in) {
    settle();
    in.hashString(hash);
    return topics.find(hash.hash(), hash.otherHash());
  }

  /**
   * Whether a record is to be written anew when its segment goes.
   *
   * @param in stands ahead of the topic
   */
  boolean isNeeded(long segment, long version, RecordReader in) {
    int row = find(in);
    if (row < 0) {
      return false;
    }
    if (topics.olderSegment(row) == segment && version < topics.version(row)) {
      topics.olderSegment(row, 0);
    }
    boolean isIt = topics.segment(row) == segment && topics.version(row) == version;
    return isIt && (topics.is(row, LIVE) || topics.olderSegment(row) > segment);
  }

  /**
   * The versions that hold, to be sorted: the segments are read once more without looking for every
   * topic.
   */
  LiveVersions versions() {
    settle();
    LiveVersions all = new LiveVersions(live);
    for (int row = 0; row < topics.end(); row++) {
      if (topics.is(row, LIVE)) {
        all.add(topics.version(row));
      }
    }
    return all;
  }

  /** Segments that have retained messages. */
  Set<Long> segments() {
    settle();
    Set<Long> segments = new HashSet<>();
    long last = -1;
    for (int row = 0; row < topics.end(); row++) {
      if (topics.is(row, LIVE) && topics.segment(row) != last) {
        last = topics.segment(row);
        segments.add(last);
      }
    }
    return segments;
  }

  long liveBytes() {
    settle();
    return liveBytes;
  }
}
