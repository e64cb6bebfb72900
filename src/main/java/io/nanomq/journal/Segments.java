package io.nanomq.journal;

import io.nanomq.journal.Disk.DiskFile;
import io.nanomq.journal.Frame.Head;
import io.nanomq.journal.Images.Mark;
import io.nanomq.journal.Snapshot.Part;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The files of a journal: segments in the order in which they were begun, and spare ones, of zeros
 * or of earlier uses. Used by one thread.
 */
final class Segments {
  static final String SEGMENT = "segment-";
  private static final int NAME_DIGITS = 16;
  private static final int WINDOW_BYTES = 1 << 20;
  private static final FrameVisitor SKIP = (segment, at, records, length) -> {};
  // Those before the last one, oldest first, with their valid bytes.
  private final TreeMap<Long, Integer> older = new TreeMap<>();
  // Those that are not to be read again.
  private final List<Long> abandoned = new ArrayList<>();
  private final Disk disk;
  private final Spares spares;
  private final Images images;
  private long lastNumber;
  // Those that may still be read.
  private final List<Snapshot> snapshots = new ArrayList<>();

  Segments(Disk disk, int segmentBytes, Images images) {
    this.disk = disk;
    this.images = images;
    this.spares = new Spares(disk, segmentBytes);
  }

  /** Takes the records of a frame that begins there. */
  private interface FrameVisitor {
    void visit(long segment, int at, byte[] records, int length);
  }

  /** Where the journal is to go on. */
  record End(long segment, int validBytes, long lastFrame) {}

  /** Reads all segments in their order; what was torn at the end is left out and told. */
  End recover(RecordHandler contents) throws IOException {
    TreeMap<Long, Head> heads = new TreeMap<>();
    List<Long> headless = new ArrayList<>();
    for (long number : find()) {
      Head head = head(number);
      if (head == null) {
        headless.add(number);
      } else {
        heads.put(number, head);
      }
      lastNumber = number;
    }
    End end = heads.isEmpty() ? new End(0, 0, 0) : recover(chain(heads), contents);
    for (long number : headless) {
      if (number > end.segment) {
        // It was begun and nothing of it was safe, or it is damaged.
        try (SegmentScan scan = new SegmentScan(disk, number, Frame.HEAD_BYTES, 0)) {
          scan.refuseWhereSynced(0, end.lastFrame + 1);
        }
      }
    }
    // What is not followed by another one failed while it was written.
    heads.keySet().removeAll(older.keySet());
    abandoned.addAll(heads.keySet());
    abandoned.addAll(headless);
    dropAbandoned();
    return end;
  }

  /** Those that follow one another up to the newest one. */
  private static Deque<Head> chain(TreeMap<Long, Head> heads) throws IOException {
    Deque<Head> chain = new ArrayDeque<>();
    for (Head h = heads.lastEntry().getValue(); h != null; h = heads.get(h.previous())) {
      chain.addFirst(h);
    }
    Head first = chain.getFirst();
    if (heads.firstKey() < first.previous()) {
      throw JournalException.corrupt(
          name(first.segment()),
          0,
          "%s, which it follows, is missing".formatted(name(first.previous())));
    }
    return chain;
  }

  private End recover(Deque<Head> chain, RecordHandler contents) throws IOException {
    Mark known = readImage(chain, contents);
    long frames = chain.getFirst().firstNumber() - 1;
    try (FrameReader in = new FrameReader(disk, WINDOW_BYTES)) {
      while (true) {
        Head head = chain.removeFirst();
        if (head.firstNumber() != frames + 1) {
          throw JournalException.corrupt(name(head.segment()), 0, "frames are missing ahead of it");
        }
        Head next = chain.peekFirst();
        boolean isKnown = head.segment() < known.segment();
        int from = Frame.HEAD_BYTES;
        if (head.segment() == known.segment()) {
          from = known.end();
          frames = eachFrame(head, Frame.HEAD_BYTES, from, frames, in, SKIP);
        }
        if (next == null) {
          return readLast(head, from, frames, contents);
        }
        int end = (int) next.previousEnd();
        frames = eachFrame(head, from, end, frames, in, isKnown ? SKIP : contents::apply);
        images.wrote(isKnown ? 0 : end - from);
        older.put(head.segment(), end);
      }
    }
  }

  /**
   * Reads the image, where there is one that belongs to the segments.
   *
   * @return how far what it has goes; segment 0 = nothing was read
   */
  private Mark readImage(Deque<Head> chain, RecordHandler contents) throws IOException {
    try (ImageInput image = images.open()) {
      boolean isRead =
          image != null
              && isIn(chain, image.mark())
              && images.isThere(image.mark())
              && contents.read(image);
      if (image != null && isRead) {
        return image.mark();
      }
    }
    // Else it could seem to belong to what is written from now on.
    images.forget();
    return Mark.NONE;
  }

  /** Whether all that a mark speaks of counts. */
  private static boolean isIn(Deque<Head> chain, Mark mark) {
    boolean isThere = false;
    boolean isFollowed = true;
    for (Head head : chain) {
      isThere |= head.segment() == mark.segment();
      isFollowed &= head.previous() != mark.segment() || head.previousEnd() >= mark.end();
    }
    return isThere && isFollowed;
  }

  /**
   * Reads frames, which all have to be as they were written, whoever has known what they say.
   *
   * @param from where the first one begins, in bytes
   * @param end where the last one ends
   * @param before number of the frame ahead of the first one
   * @return number of the last one
   */
  private static long eachFrame(
      Head head, int from, int end, long before, FrameReader in, FrameVisitor visitor)
      throws IOException {
    long frames = before;
    for (int at = from; at < end; ) {
      int length = in.read(head.segment(), at);
      frames++;
      if (in.number() != frames) {
        throw JournalException.corrupt(
            name(head.segment()), at, "a frame is not as it was written");
      }
      visitor.visit(head.segment(), at, in.records(), length);
      at += Frame.size(length);
    }
    return frames;
  }

  private End readLast(Head head, int from, long before, RecordHandler contents)
      throws IOException {
    try (SegmentScan scan = new SegmentScan(disk, head.segment(), from, before)) {
      scan.readToEnd(contents);
      scan.makeSafe(from);
      images.wrote(scan.position() - from);
      older.put(head.segment(), scan.position());
      return new End(head.segment(), scan.position(), scan.lastFrame());
    }
  }

  private @Nullable Head head(long number) throws IOException {
    try (DiskFile file = disk.open(name(number))) {
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(Frame.HEAD_BYTES, file.size()));
      file.read(0, bytes);
      Head head = Frame.readHead(bytes.flip(), name(number));
      return head != null && head.segment() == number ? head : null;
    }
  }

  private List<Long> find() throws IOException {
    List<Long> numbers = new ArrayList<>();
    for (String name : disk.names()) {
      if (name.startsWith(SEGMENT)) {
        numbers.add(Long.parseLong(name.substring(SEGMENT.length())));
      } else if (name.startsWith(Spares.SPARE)) {
        spares.found(name);
      }
    }
    numbers.sort(null);
    return numbers;
  }

  static String name(long number) {
    String digits = Long.toString(number);
    return SEGMENT + "0".repeat(Math.max(0, NAME_DIGITS - digits.length())) + digits;
  }

  /** Number of the newest segment: none is given twice. */
  long lastNumber() {
    return lastNumber;
  }

  /** A file for the next segment, of at least so many bytes. */
  DiskFile begin(int bytes) throws IOException {
    dropAbandoned();
    String spare = spares.first(bytes);
    long number = lastNumber + 1;
    // Whether it has happened or not is unknown where it fails.
    spares.taken();
    lastNumber = number;
    disk.rename(spare, name(number));
    return disk.open(name(number));
  }

  /**
   * The segment that was written to until now.
   *
   * @param validBytes how far it is to be read; 0 = nothing of it counts
   */
  void end(long segment, int validBytes) {
    if (validBytes > 0) {
      older.put(segment, validBytes);
    } else {
      abandoned.add(segment);
    }
  }

  /** Files for the segments to come. */
  Spares spares() {
    return spares;
  }

  /** Segments but for spare ones and the one that is being written. */
  int olderCount() {
    return older.size();
  }

  /** The one that was begun first and was not given up, with its valid bytes. */
  Map.Entry<Long, Integer> oldest() {
    return older.firstEntry();
  }

  /** Nothing in the oldest segment is needed: its file is used again. */
  void recycleOldest(RecordHandler contents) throws IOException {
    dropAbandoned();
    long number = older.firstKey();
    if (isRead(name(number)) || !spares.recycle(name(number))) {
      disk.delete(name(number));
    }
    older.remove(number);
    contents.gone(number);
  }

  /** Whether somebody reads a file that is about to go, and may until it has been read. */
  private boolean isRead(String name) throws IOException {
    snapshots.removeIf(Snapshot::isDone);
    boolean isRead = false;
    for (Snapshot each : snapshots) {
      isRead |= each.keeps(name);
    }
    return isRead;
  }

  /**
   * What stands there.
   *
   * @param last the segment that was written last, which may be written to
   * @param end how much of it counts, in bytes
   */
  Snapshot snapshot(long last, int end) {
    List<Part> parts = new ArrayList<>();
    older.forEach((number, bytes) -> parts.add(new Part(name(number), number, bytes)));
    if (end > 0 && !older.containsKey(last)) {
      parts.add(new Part(name(last), last, end));
    }
    Snapshot taken = new Snapshot(disk, parts);
    snapshots.removeIf(Snapshot::isDone);
    snapshots.add(taken);
    return taken;
  }

  private void dropAbandoned() throws IOException {
    while (!abandoned.isEmpty()) {
      disk.delete(name(abandoned.get(0)));
      abandoned.remove(0);
    }
  }
}
