package io.nanomq.journal;

import io.nanomq.journal.Frame.Found;
import io.nanomq.journal.Frame.Head;
import java.nio.ByteBuffer;

/**
 * Goes through the segments of a copy, oldest first, and says where one is not as it was written.
 * Changes nothing.
 */
public final class SegmentCheck {
  // Of the segment before; 0 = there was none.
  private long segment;
  private int end;
  private long frames;

  /**
   * The next segment.
   *
   * @param name of its file
   * @param bytes all of it that counts, from 0 to the limit
   * @throws JournalException names the file and the byte
   */
  public void next(String name, ByteBuffer bytes) throws JournalException {
    Head head = Frame.readHead(bytes, name);
    if (head == null) {
      throw damaged(name, 0, "its head is not as it was written");
    }
    boolean follows =
        head.previous() == segment && head.previousEnd() == end && head.firstNumber() == frames + 1;
    if (segment != 0 && !follows) {
      throw damaged(name, 0, "what it follows is not ahead of it");
    }
    int at = Frame.HEAD_BYTES;
    frames = head.firstNumber() - 1;
    while (at < bytes.limit()) {
      Found found = Frame.read(bytes, at, head.segment());
      if (found == null || found.number() != frames + 1) {
        throw damaged(name, at, "a frame is not as it was written");
      }
      frames++;
      at += Frame.size(found.length());
    }
    segment = head.segment();
    end = at;
  }

  private static JournalException damaged(String name, int at, String what) {
    return new JournalException("%s is damaged at byte %d: %s".formatted(name, at, what));
  }
}
