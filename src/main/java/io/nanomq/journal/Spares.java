package io.nanomq.journal;

import io.nanomq.journal.Disk.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Files for segments to come, of zeros or of earlier uses. The next one grows between the batches,
 * as fast as the segment that is written does: whoever waits for a sync waits for a slice of it,
 * not for a whole file. Used by one thread.
 */
final class Spares implements Closeable {
  static final String SPARE = "spare-";

  /** So much is written at once, in bytes; of a small file a part. */
  private static final int MOST_AT_ONCE = 256 * 1024;

  private static final int FEWEST_SLICES = 8;

  /** Files at most, one that grows among them: the room for these is kept free. */
  private static final int MOST = JournalConf.RESERVED;

  private final Disk disk;
  private final int fileBytes;
  private final int sliceBytes;
  private final Deque<String> ready = new ArrayDeque<>();
  private long next;
  // The one that grows; null = none does.
  private @Nullable DiskFile growing;
  private String growingName = "";
  private long grown;
  // Only while one grows.
  private @Nullable ByteBuffer zeros;

  Spares(Disk disk, int fileBytes) {
    this.disk = disk;
    this.fileBytes = fileBytes;
    this.sliceBytes = Math.max(1, Math.min(MOST_AT_ONCE, fileBytes / FEWEST_SLICES));
  }

  /** Takes what an earlier process has left, where it is whole. */
  void found(String name) throws IOException {
    next = Math.max(next, Long.parseLong(name.substring(SPARE.length())) + 1);
    try (DiskFile file = disk.open(name)) {
      if (file.size() == fileBytes) {
        ready.add(name);
        return;
      }
    }
    disk.delete(name);
  }

  boolean isReady() {
    return !ready.isEmpty();
  }

  /** What the first one takes on the disk by now. */
  long bytes() {
    return ready.isEmpty() ? grown : fileBytes;
  }

  /** The name of a file of at least so many bytes, which is made where none is ready. */
  String first(int bytes) throws IOException {
    if (bytes > fileBytes) {
      String name = SPARE + next++;
      disk.create(name, bytes).close();
      ready.addFirst(name);
    }
    while (ready.isEmpty()) {
      grow(fileBytes);
    }
    return ready.element();
  }

  /** The first one is a segment now. */
  void taken() {
    ready.remove();
  }

  /**
   * Lets the next one grow by a slice, or to so many bytes if that is more, and forces that. Where
   * there is no room, it is gone.
   */
  void grow(long atLeast) throws IOException {
    try {
      DiskFile file = growing == null ? begin() : growing;
      ByteBuffer slice = zeros == null ? ByteBuffer.allocateDirect(sliceBytes) : zeros;
      zeros = slice;
      do {
        slice.clear().limit((int) Math.min(sliceBytes, fileBytes - grown));
        int length = slice.remaining();
        file.write(grown, slice);
        grown += length;
      } while (grown < Math.min(atLeast, fileBytes));
      file.force();
      if (grown == fileBytes) {
        ready.add(growingName);
        close();
      }
    } catch (IOException noRoom) {
      giveUp();
      throw noRoom;
    }
  }

  /** The one that grows goes: what it takes is what others lack. */
  void giveUp() throws IOException {
    String name = growingName;
    close();
    if (!name.isEmpty()) {
      disk.delete(name);
    }
  }

  private DiskFile begin() throws IOException {
    growingName = SPARE + next++;
    DiskFile file = disk.create(growingName, 0);
    growing = file;
    return file;
  }

  /** Uses a segment's file again, where that is of use. */
  boolean recycle(String name) throws IOException {
    boolean fits;
    try (DiskFile file = disk.open(name)) {
      fits = file.size() == fileBytes;
    }
    int files = ready.size() + (growing == null ? 0 : 1);
    if (!fits || files >= MOST) {
      return false;
    }
    String spare = SPARE + next++;
    disk.rename(name, spare);
    ready.add(spare);
    return true;
  }

  /** One that grows is left as it is: the next process takes it away. */
  @Override
  public void close() throws IOException {
    DiskFile file = growing;
    growing = null;
    growingName = "";
    grown = 0;
    zeros = null;
    if (file != null) {
      file.close();
    }
  }
}
