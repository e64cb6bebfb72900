package io.nanomq.retained;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Topics whose retained messages an earlier process left and that had no room at the start: they
 * are on disk only. So many of them are known by name. Used under the store's lock.
 */
final class TopicsOnDisk {
  static final int MOST = 65_536;
  private static final long MOST_CHARS = 4L << 20;

  private final Set<String> topics = new HashSet<>();
  private long chars;
  private boolean hasMore;

  void add(String topic) {
    if (topics.size() < MOST && chars + topic.length() <= MOST_CHARS) {
      chars += topics.add(topic) ? topic.length() : 0;
    } else {
      hasMore = true;
    }
  }

  /** It has a message in memory now, or none at all. */
  void remove(String topic) {
    if (!topics.isEmpty() && topics.remove(topic)) {
      chars -= topic.length();
    }
  }

  /** Whether that topic may have one. */
  boolean mayHave(String topic) {
    return hasMore || isKnown(topic);
  }

  boolean isKnown(String topic) {
    return topics.contains(topic);
  }

  /** Those that are known. */
  List<String> known() {
    return topics.isEmpty() ? List.of() : new ArrayList<>(topics);
  }
}
