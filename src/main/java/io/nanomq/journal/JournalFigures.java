package io.nanomq.journal;

/**
 * What a journal has done.
 *
 * @param bytes what its segments take
 * @param liveBytes of these, what is still needed
 * @param roomBytes what may still be stored, as far as the bound and the disk go
 * @param writtenBytes written since it was opened
 * @param pendingBytes told and not safe
 * @param syncs forced to the disk since then
 * @param syncNanos what that took together
 * @param batches appended since then: so many a sync on average
 * @param failures calls to the disk that failed
 * @param full whether nothing new is stored
 * @param indexBytes memory that it takes to know where what is needed stands
 */
public record JournalFigures(
    long bytes,
    long liveBytes,
    long roomBytes,
    long writtenBytes,
    long pendingBytes,
    long syncs,
    long syncNanos,
    long batches,
    long failures,
    boolean full,
    long indexBytes) {
  /** No journal. */
  public static final JournalFigures NONE = new JournalFigures(0, 0, 0, 0, 0, 0, 0, 0, 0, false, 0);

  /**
   * The same with what memory has of it.
   *
   * @param isFull whether there is no room in memory
   */
  public JournalFigures withIndex(long index, boolean isFull) {
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
        full || isFull,
        index);
  }
}
