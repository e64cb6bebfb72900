package io.nanomq.journal;

import java.io.IOException;

/**
 * What the records of a journal mean. Used by one thread at a time: the one that opens the journal,
 * then its writer.
 */
public interface RecordHandler {
  /**
   * Records that stand in a segment, whole, in the order in which they were appended. After a
   * failure of the disk the same may come again in a later segment, with all that followed.
   *
   * @param at where their frame begins in the segment, in bytes; {@link FrameReader} reads it again
   */
  void apply(long segment, int at, byte[] records, int length);

  /** Bytes of the records that are still needed, about. */
  long liveBytes();

  /**
   * Whether there is anything to {@link Keeper#keep} in a segment, which is not read else; true
   * where that is not known.
   */
  default boolean isNeeded(long segment) {
    return true;
  }

  /** A segment is gone, with those before it: what of them was needed stands elsewhere. */
  default void gone(long segment) {}

  /** Whether all that the records say now can be written as an image. */
  default boolean hasImage() {
    return false;
  }

  /** Writes all that the records say. */
  default void write(ImageOutput to) throws IOException {
    throw new IOException("nothing is known of the records");
  }

  /**
   * Reads what was written, in place of the records up to there.
   *
   * @return false = it cannot be made use of, and nothing was read
   */
  default boolean read(ImageInput from) throws IOException {
    return false;
  }

  /** Whoever appends anew what is needed of a segment whose file is to be used again. */
  Keeper keeper(long segment);

  /** Appends anew what is still needed of one segment, and does not stand in a later one. */
  interface Keeper {
    /**
     * Keeps what is needed of the records of a frame; of the segment's frames each in turn.
     *
     * @param at where the frame begins in the segment, in bytes
     * @return false = nothing that follows in the segment is needed
     */
    boolean keep(int at, byte[] records, int length, RecordBuffer to);
  }
}
