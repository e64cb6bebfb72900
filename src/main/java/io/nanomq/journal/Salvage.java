package io.nanomq.journal;

import io.nanomq.journal.Disk.DiskFile;
import io.nanomq.journal.Frame.Found;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * What is whole in the files of a damaged journal. A segment is searched for frames from its
 * beginning to its end, whatever lies between them; where two segments have a frame of one number,
 * the later one has it, since the earlier one failed while it was written. Used by one thread.
 */
final class Salvage {
  private static final int BLOCK = 4096;
  private static final int AT_ONCE = 256 * 1024;

  /** A frame that is whole. */
  private record Piece(String file, long segment, int at, long number) {}

  private final Disk disk;
  private final Deque<Piece> pieces = new ArrayDeque<>();
  private final List<String> damages = new ArrayList<>();
  private long skippedBytes;

  Salvage(Disk disk) {
    this.disk = disk;
  }

  /** What was found to be wrong, a line for each place. */
  List<String> damages() {
    return damages;
  }

  long skippedBytes() {
    return skippedBytes;
  }

  int frames() {
    return pieces.size();
  }

  /** Frames that must have been there between those that are. */
  long missingFrames() {
    return pieces.isEmpty()
        ? 0
        : pieces.getLast().number - pieces.getFirst().number + 1 - pieces.size();
  }

  /** Looks through one segment; they come in the order of their numbers. */
  void search(String file, long segment) throws IOException {
    ByteBuffer bytes = read(file, true);
    int bad = -1;
    int at = Frame.HEAD_BYTES;
    if (Frame.readHead(bytes, file) == null) {
      bad = 0;
    }
    while (at <= bytes.limit() - Frame.OVERHEAD_BYTES) {
      Found found = Frame.read(bytes, at, segment);
      if (found == null) {
        bad = bad < 0 ? at : bad;
        at += Frame.ALIGNMENT;
        continue;
      }
      // What is bad at the end was never safe, or nobody can tell.
      skipped(file, bad, at);
      bad = -1;
      take(new Piece(file, segment, at, found.number()));
      at += Frame.size(found.length());
    }
  }

  private void skipped(String file, int from, int to) {
    if (from >= 0) {
      skippedBytes += to - from;
      damages.add("%s: bytes %d to %d are damaged and were skipped".formatted(file, from, to));
    }
  }

  private void take(Piece piece) {
    while (!pieces.isEmpty() && pieces.getLast().number >= piece.number) {
      pieces.removeLast();
    }
    pieces.add(piece);
  }

  /** A sector that cannot be read is as good as zeros. */
  private ByteBuffer read(String name, boolean tells) throws IOException {
    try (DiskFile file = disk.open(name)) {
      ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
      try {
        file.read(0, bytes);
      } catch (IOException unreadable) {
        bytes.clear();
        readBlocks(file, bytes);
        if (tells) {
          damages.add("%s cannot be read as a whole: %s".formatted(name, unreadable.getMessage()));
        }
      }
      return bytes.clear();
    }
  }

  private static void readBlocks(DiskFile file, ByteBuffer into) {
    for (int at = 0; at < into.capacity(); at += BLOCK) {
      ByteBuffer block = into.slice(at, Math.min(BLOCK, into.capacity() - at));
      try {
        file.read(at, block);
      } catch (IOException unreadable) {
        while (block.hasRemaining()) {
          block.put((byte) 0);
        }
      }
    }
  }

  /** Gives all that was found, in order, many frames at once. */
  void each(Consumer<RecordBuffer> to) throws IOException {
    RecordBuffer records = new RecordBuffer(AT_ONCE);
    String open = "";
    ByteBuffer bytes = ByteBuffer.allocate(0);
    for (Piece piece : pieces) {
      if (!piece.file.equals(open)) {
        open = piece.file;
        bytes = read(open, false);
      }
      int length = bytes.getInt(piece.at);
      records.writeBytes(bytes.array(), piece.at + Frame.OVERHEAD_BYTES, length);
      if (records.length() >= AT_ONCE) {
        to.accept(records);
        records = new RecordBuffer(AT_ONCE);
      }
    }
    if (!records.isEmpty()) {
      to.accept(records);
    }
  }
}
