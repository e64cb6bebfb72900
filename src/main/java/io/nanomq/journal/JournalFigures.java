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
    boolean full) {
  /** No journal. */
  public static final JournalFigures NONE = new JournalFigures(0, 0, 0, 0, 0, 0, 0, 0, 0, false);

  /** The same, where something else than the disk has no room. */
  public JournalFigures asFull() {
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
        true);
  }
}
