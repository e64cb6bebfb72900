package io.nanomq.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** One folder of files, as far as a journal needs it. Used by one thread, but for {@link #open}. */
public interface Disk extends Closeable {
  /** Names of the files that are there, in no order. */
  List<String> names() throws IOException;

  /** Opens a file that is there. */
  DiskFile open(String name) throws IOException;

  /**
   * Makes a file of zeros that takes its place on the disk at once, so that no later write to it
   * lacks room.
   *
   * @param bytes its size for good
   */
  DiskFile create(String name, long bytes) throws IOException;

  /** Gives a file another name, for good when this returns. */
  void rename(String from, String to) throws IOException;

  void delete(String name) throws IOException;

  /** What the file system has left; any thread may ask. */
  default long freeBytes() {
    return Long.MAX_VALUE;
  }

  /** What the file system has in all; 0 = unknown. */
  default long totalBytes() {
    return 0;
  }

  /**
   * Makes sure that what is written can be found again.
   *
   * @throws IOException where the folder is another one than was opened, or gone
   */
  default void check() throws IOException {}

  /** Whoever wants it waits for it from now on: it is closed soon. Any thread may say so. */
  default void ending() {}

  @Override
  void close() throws IOException;

  /**
   * One file. What was written is safe once {@link #force} has returned, in any order until then.
   */
  interface DiskFile extends Closeable {
    long size() throws IOException;

    /** Writes all that remains in the buffer. */
    void write(long position, ByteBuffer bytes) throws IOException;

    /** Fills the buffer, which must not reach beyond the end. */
    void read(long position, ByteBuffer into) throws IOException;

    /** Makes safe what was written. Where it fails, nothing is known about that any more. */
    void force() throws IOException;

    @Override
    void close() throws IOException;
  }
}
