package io.nanomq.journal;

import io.nanomq.journal.Disk.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongPredicate;

/**
 * What a journal has at one moment, to be read or copied while the journal goes on. A file that the
 * journal is done with meanwhile is kept open until it was copied, and not written to again.
 *
 * <p>Shared by the journal's thread and the one that copies: everything is under the lock of this,
 * which is held for a call to the file system at most.
 */
public final class Snapshot implements Closeable {
  /**
   * A segment, the oldest first.
   *
   * @param name of its file
   * @param segment its number
   * @param bytes so many of its first bytes count; what stands behind them came later
   */
  public record Part(String name, long segment, int bytes) {}

  /** Takes the records of a frame. */
  public interface Visitor {
    void visit(long segment, byte[] records, int length);
  }

  private static final int WINDOW_BYTES = 1 << 20;

  private final Disk disk;
  private final List<Part> parts;
  private final Set<String> left = new HashSet<>();
  private final Map<String, DiskFile> open = new HashMap<>();

  Snapshot(Disk disk, List<Part> parts) {
    this.disk = disk;
    this.parts = List.copyOf(parts);
    parts.forEach(part -> left.add(part.name));
  }

  public List<Part> parts() {
    return parts;
  }

  /** Opens a part that is to be copied; closed by {@link #done}. */
  public synchronized DiskFile open(Part part) throws IOException {
    DiskFile file = open.get(part.name);
    if (file == null) {
      file = disk.open(part.name);
      open.put(part.name, file);
    }
    return file;
  }

  /** Goes through the frames of some segments, the oldest first, and is done with all. */
  public void forEach(LongPredicate segmentIsWanted, Visitor visitor) throws IOException {
    for (Part part : parts) {
      if (segmentIsWanted.test(part.segment)) {
        FrameReader in = new FrameReader(disk, WINDOW_BYTES, part.segment, open(part));
        in.forEach(part.segment, part.bytes, visitor);
      }
      done(part);
    }
  }

  /** A part was copied: its file may be used again. */
  public synchronized void done(Part part) throws IOException {
    left.remove(part.name);
    DiskFile file = open.remove(part.name);
    if (file != null) {
      file.close();
    }
  }

  /**
   * The journal is done with a file.
   *
   * @return whether it must not be written to again; it may be deleted
   */
  synchronized boolean keeps(String name) throws IOException {
    if (!left.contains(name)) {
      return false;
    }
    if (!open.containsKey(name)) {
      open.put(name, disk.open(name));
    }
    return true;
  }

  /** Whether nothing of it is to be read any more. */
  synchronized boolean isDone() {
    return left.isEmpty();
  }

  /** Nothing more is to be copied. */
  @Override
  public synchronized void close() throws IOException {
    left.clear();
    IOException failed = null;
    for (DiskFile file : open.values()) {
      try {
        file.close();
      } catch (IOException e) {
        failed = e;
      }
    }
    open.clear();
    if (failed != null) {
      throw failed;
    }
  }
}
