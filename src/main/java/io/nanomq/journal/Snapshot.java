package io.nanomq.journal;

import io.nanomq.journal.Disk.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What of a journal is safe at one moment, to be copied while the journal goes on. A file that the
 * journal is done with meanwhile is kept open until it was copied, and not written to again.
 *
 * <p>Shared by the journal's thread and the one that copies: everything is under the lock of this,
 * which is held for a call to the file system at most.
 */
public final class Snapshot implements Closeable {
  /**
   * A segment, the oldest first.
   *
   * @param bytes so many of its first bytes count; what stands behind them came later
   */
  public record Part(String name, int bytes) {}

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
