package io.nanomq.journal;

import org.jspecify.annotations.Nullable;

/** Somebody's records; told whether they are safe once, on the writing thread. */
final class Entry {
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
