package io.nanomq.retained;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Topics whose retained messages had no room when they were read: they are on disk only. So many of
 * them are known by name. While they are read it remembers what is removed, which must not come
 * back. Used under the store's lock.
 */
final class TopicsOnDisk {
  static final int MOST = 65_536;
  private static final long MOST_CHARS = 4L << 20;

  /** Some topics, as many as may be. */
  private static final class Topics {
    final Set<String> names = new HashSet<>();
    private long chars;
    private boolean hasMore;

    void add(String topic) {
      if (names.size() < MOST && chars + topic.length() <= MOST_CHARS) {
        chars += names.add(topic) ? topic.length() : 0;
      } else {
        hasMore = true;
      }
    }

    void remove(String topic) {
      if (!names.isEmpty() && names.remove(topic)) {
        chars -= topic.length();
      }
    }
  }

  private Topics topics = new Topics();
  // Null = they are not being read.
  private @Nullable Topics gone;

  void add(String topic) {
    topics.add(topic);
  }

  /** It has a message in memory now. */
  void replaced(String topic) {
    topics.remove(topic);
  }

  /** It has no message any more. */
  void removed(String topic) {
    topics.remove(topic);
    if (gone != null) {
      gone.add(topic);
    }
  }

  /** Whether there may be any. */
  boolean isEmpty() {
    return gone == null && !topics.hasMore && topics.names.isEmpty();
  }

  /** Whether that topic may have one. */
  boolean mayHave(String topic) {
    return gone != null || topics.hasMore || isKnown(topic);
  }

  boolean isKnown(String topic) {
    return topics.names.contains(topic);
  }

  /** Those that are known. */
  List<String> known() {
    return topics.names.isEmpty() ? List.of() : new ArrayList<>(topics.names);
  }

  // ---- while they are read

  /** They are about to be read, all of them: who has no room then is added anew. */
  void beginReading() {
    topics = new Topics();
    gone = new Topics();
  }

  /** Whether what is read is still to be looked at: more has been removed than is known, if not. */
  boolean isReading() {
    return gone != null && !gone.hasMore;
  }

  /** Whether what is read of that topic has been removed meanwhile. */
  boolean isGone(String topic) {
    return gone != null && gone.names.contains(topic);
  }

  /**
   * @param isWhole whether all of them were read
   */
  void endReading(boolean isWhole) {
    topics.hasMore |= !isWhole || !isReading();
    gone = null;
  }
}
