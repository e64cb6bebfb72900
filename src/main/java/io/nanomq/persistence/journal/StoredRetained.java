package io.nanomq.persistence.journal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Retained messages, and the topics that have none any more as far as a record of an earlier
 * version may still come. Used by one thread at a time.
 */
final class StoredRetained {
  /**
   * A record of an earlier version comes at most a turn of a loop later: so many topics are cleared
   * in none.
   */
  private static final int MOST_CLEARED = 65_536;

  /** The record of the highest version of a topic. */
  static final class Entry {
    private final String topic;
    private long version = -1;
    private long segment;
    private int bytes;
    private boolean live;
    // The last segment that has a record of an earlier version behind this one; 0 = none.
    private long olderSegment;
    private boolean queued;
    private boolean clearedAgain;

    Entry(String topic) {
      this.topic = topic;
    }

    boolean isLive() {
      return live;
    }
  }

  private final Map<String, Entry> topics = new HashMap<>();
  private final Deque<Entry> cleared = new ArrayDeque<>();
  private long liveBytes;
  private int live;

  int size() {
    return live;
  }

  /** A record of a topic, whose reader stands behind the topic. */
  void found(long segment, long version, String topic, boolean isLive, RecordReader in) {
    Entry entry = topics.computeIfAbsent(topic, Entry::new);
    if (version < entry.version) {
      entry.olderSegment = segment;
      return;
    }
    count(entry, -1);
    entry.version = version;
    entry.segment = segment;
    entry.bytes = in.size();
    entry.live = isLive;
    entry.olderSegment = 0;
    count(entry, 1);
    if (!isLive) {
      remember(entry);
    }
  }

  private void count(Entry entry, int sign) {
    if (entry.live) {
      live += sign;
      liveBytes += (long) sign * entry.bytes;
    }
  }

  private void remember(Entry entry) {
    if (entry.queued) {
      entry.clearedAgain = true;
      return;
    }
    entry.queued = true;
    cleared.add(entry);
    for (int i = 0; i < 2 && cleared.size() > MOST_CLEARED; i++) {
      forget(cleared.remove());
    }
  }

  private void forget(Entry oldest) {
    oldest.queued = false;
    if (oldest.live) {
      return;
    }
    if (oldest.clearedAgain || oldest.olderSegment != 0) {
      oldest.clearedAgain = false;
      oldest.queued = true;
      cleared.add(oldest);
    } else {
      topics.remove(oldest.topic, oldest);
    }
  }

  /** Whether a record is to be written anew when its segment goes. */
  boolean isNeeded(long segment, long version, String topic) {
    Entry entry = topics.get(topic);
    if (entry == null) {
      return false;
    }
    if (entry.olderSegment == segment && version < entry.version) {
      entry.olderSegment = 0;
    }
    boolean isIt = entry.segment == segment && entry.version == version;
    return isIt && (entry.live || entry.olderSegment > segment);
  }

  /** Whether a record is the one of its topic that holds. */
  boolean isCurrent(long segment, long version, String topic) {
    Entry entry = topics.get(topic);
    return entry != null && entry.live && entry.segment == segment && entry.version == version;
  }

  /** Segments that have retained messages. */
  Set<Long> segments() {
    Set<Long> segments = new HashSet<>();
    for (Entry entry : topics.values()) {
      if (entry.live) {
        segments.add(entry.segment);
      }
    }
    return segments;
  }

  long liveBytes() {
    return liveBytes;
  }
}
