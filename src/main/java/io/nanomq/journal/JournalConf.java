package io.nanomq.journal;

/**
 * How a journal works.
 *
 * @param segmentBytes size of a file
 * @param maxBytes what all files together may take
 * @param syncMillis 0 = what is told is safe on the disk before it counts as committed; else it
 *     counts as soon as the operating system has it, and is forced to the disk so often
 * @param maxPendingBytes so much may wait for the disk before nothing new should come
 * @param patienceMillis how long a disk may not answer before it is taken to be full
 */
public record JournalConf(
    int segmentBytes, long maxBytes, long syncMillis, long maxPendingBytes, long patienceMillis) {
  /** What comes behind it waits as long as it takes to write it. */
  private static final long USUAL_PENDING_BYTES = 8L << 20;

  /** It is in memory that is counted nowhere else: of a small heap one part in so many. */
  private static final int PENDING_PART = 32;

  /** Who brings more than that at once waits sooner: what is small comes through. */
  private static final int LARGE_BYTES = 16 * 1024;

  /** Of what may wait, one part in so many before those wait. */
  private static final int LARGE_PART = 32;

  /** Clients give up a CONNECT after about as long. */
  private static final long PATIENCE_MILLIS = 30_000;

  /** What a client has acknowledged is forgotten where the power fails within so long. */
  private static final long UNAWAITED_MILLIS = 10;

  /** Segments that are kept free for what makes room. */
  static final int RESERVED = 2;

  static final int FEWEST_SEGMENTS = 4;

  public JournalConf(int segmentBytes, long maxBytes, long syncMillis) {
    this(segmentBytes, maxBytes, syncMillis, pendingBytes(Runtime.getRuntime().maxMemory()));
  }

  public JournalConf(int segmentBytes, long maxBytes, long syncMillis, long maxPendingBytes) {
    this(segmentBytes, maxBytes, syncMillis, maxPendingBytes, PATIENCE_MILLIS);
  }

  /**
   * How much may wait for the disk.
   *
   * @param heap bytes that the heap may have
   */
  static long pendingBytes(long heap) {
    return Math.min(USUAL_PENDING_BYTES, heap / PENDING_PART);
  }

  /**
   * Whether so much waits for the disk that who brings more waits as well.
   *
   * @param largeBytes of them that large messages brought: many small ones keep no large one out
   * @param bytes that it brings at once
   */
  boolean isBehind(long pendingBytes, long largeBytes, int bytes) {
    return pendingBytes > maxPendingBytes
        || isLarge(bytes) && largeBytes > maxPendingBytes / LARGE_PART;
  }

  /** Whether so many bytes take the disk long enough that others notice it. */
  static boolean isLarge(long bytes) {
    return bytes > LARGE_BYTES;
  }

  boolean isSyncedAtOnce() {
    return syncMillis == 0;
  }

  /** How long what nobody waits for may be written and not forced. */
  long mostUnsyncedNanos() {
    return (isSyncedAtOnce() ? UNAWAITED_MILLIS : syncMillis) * 1_000_000;
  }

  /**
   * Whether the disk is to be forced, though nobody waits for it.
   *
   * @param lastNanos when it was forced last
   */
  boolean isSyncDue(long lastNanos) {
    return System.nanoTime() - lastNanos >= mostUnsyncedNanos();
  }

  int maxSegments() {
    return (int) Math.max(FEWEST_SEGMENTS + RESERVED, maxBytes / segmentBytes);
  }
}
