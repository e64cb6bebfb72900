package io.nanomq.persistence.journal;

import io.nanomq.persistence.GroupName;
import io.nanomq.persistence.journal.table.GroupSet;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message that is still to be given to somebody. Used by one thread at a time. */
final class PendingMessage {
  private static final long[] NOBODY = {};
  private static final int MOST_KEPT = 64;

  long number;
  // Loops that have not handed it over.
  long targets;
  // It is to be routed again, since an earlier process had not handed it over.
  boolean again;
  private @Nullable GroupSet groups;
  private long[] had = NOBODY;
  private int hadCount;

  PendingMessage(long number) {
    this.number = number;
  }

  /**
   * It is nobody's any more, and may be used for another one.
   *
   * @return whether it is small enough to be kept for that
   */
  boolean clear() {
    hadCount = 0;
    return had.length <= MOST_KEPT;
  }

  boolean isPending() {
    return again || targets != 0 || groups != null;
  }

  List<GroupName> groups() {
    GroupSet left = groups;
    return left == null ? List.of() : left.names();
  }

  /** Those that it is to be given to a member of; null = none. */
  void groups(@Nullable GroupSet all) {
    groups = all;
  }

  void groupDone(GroupName group) {
    GroupSet left = groups;
    if (left != null && left.remove(group) && left.size() == 0) {
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
