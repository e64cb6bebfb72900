package io.nanomq.persistence.journal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message that is still to be given to somebody. Used by one thread at a time. */
final class PendingMessage {
  private static final long[] NOBODY = {};

  /** More groups are not looked through one by one: there may be as many as subscriptions. */
  private static final int FEW = 8;

  final long number;
  // Loops that have not handed it over.
  long targets;
  // It is to be routed again, since an earlier process had not handed it over.
  boolean again;
  private @Nullable Collection<String> groups;
  private long[] had = NOBODY;
  private int hadCount;

  PendingMessage(long number) {
    this.number = number;
  }

  boolean isPending() {
    return again || targets != 0 || groups != null;
  }

  List<String> groups() {
    Collection<String> left = groups;
    return left == null ? List.of() : List.copyOf(left);
  }

  void group(String filter) {
    Collection<String> left = groups;
    if (left == null) {
      left = new ArrayList<>(1);
      groups = left;
    } else if (left.size() == FEW) {
      left = new LinkedHashSet<>(left);
      groups = left;
    }
    left.add(filter);
  }

  void groupDone(String filter) {
    Collection<String> left = groups;
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
}
