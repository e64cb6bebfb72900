package io.nanomq.journal;

/** Counts what a journal does. Shared: one thread writes, any reads single numbers. */
@SuppressWarnings("NonAtomicVolatileUpdate")
final class JournalCounters {
  private volatile long bytes;
  private volatile long liveBytes;
  private volatile long writtenBytes;
  private volatile long syncs;
  private volatile long syncNanos;
  private volatile long batches;
  private volatile long failures;
  private volatile long roomBytes;

  void written(int more) {
    writtenBytes += more;
  }

  void synced(int more, long nanos) {
    syncs++;
    syncNanos += nanos;
    batches += more;
  }

  void failed() {
    failures++;
  }

  void uses(long now, long live) {
    bytes = now;
    liveBytes = live;
  }

  void room(long left) {
    roomBytes = left;
  }

  JournalFigures figures(long pendingBytes, boolean full) {
    return new JournalFigures(
        bytes,
        liveBytes,
        roomBytes,
        writtenBytes,
        pendingBytes,
        syncs,
        syncNanos,
        batches,
        failures,
        full,
        0);
  }
}
