package io.nanomq.persistence.journal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message that is needed still, or may be. Used by one thread at a time. */
final class StoredMessage {
  private static final long[] NOBODY = {};

  /** It is to be routed again, since an earlier process had not handed it over. */
  static final int AGAIN = 1;

  /** It was written anew: what refers to it may stand ahead of it, or in a segment that is gone. */
  static final int KEPT = 2;

  final long number;
  // 0 = only what refers to it was found.
  long segment;
  int bytes;
  int references;
  // Loops that have not handed it over.
  long targets;
  boolean again;
  boolean kept;
  private @Nullable List<String> groups;
  private long[] had = NOBODY;
  private int hadCount;
  byte @Nullable [] value;

  StoredMessage(long number) {
    this.number = number;
  }

  boolean isFound() {
    return segment != 0;
  }

  boolean isPending() {
    return again || targets != 0 || groups != null;
  }

  boolean isNeeded() {
    return references > 0 || isPending();
  }

  List<String> groups() {
    List<String> left = groups;
    return left == null ? List.of() : left;
  }

  void group(String filter) {
    List<String> left = groups;
    if (left == null) {
      left = new ArrayList<>(1);
      groups = left;
    }
    left.add(filter);
  }

  void groupDone(String filter) {
    List<String> left = groups;
    if (left != null && left.remove(filter) && left.isEmpty()) {
      groups = null;
    }
  }

  void routedAgain() {
    again = false;
    targets = 0;
    groups = null;
  }

  /** A session has it in its queue, or had. */
  void had(long session) {
    boolean isKnown = hadCount > 0 && had[hadCount - 1] == session;
    if (isPending() && !isKnown) {
      if (hadCount == had.length) {
        had = Arrays.copyOf(had, Math.max(4, hadCount * 2));
      }
      had[hadCount++] = session;
    }
  }

  long[] had() {
    return Arrays.copyOf(had, hadCount);
  }

  void forgetWhoHad() {
    had = NOBODY;
    hadCount = 0;
  }
}
