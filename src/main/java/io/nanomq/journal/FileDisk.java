package io.nanomq.journal;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder of the file system, held by one process at a time. It may itself be a link; nothing in
 * it is written through one, which somebody else may have put there.
 */
public final class FileDisk implements Disk {
  private static final int READ_AT_ONCE = 256 * 1024;
  private static final int ZEROS = 1 << 20;
  private static final String FORMAT = "FORMAT";

  private final Path folder;
  private final FolderLock lock;
  private final FileStore store;
  private final @Nullable Object lockKey;

  /**
   * Opens the folder, which is made where there is none.
   *
   * @throws JournalException where another process has it
   */
  public FileDisk(Path folder) throws IOException {
    this(folder, FolderLock.Patience.NONE);
  }

  /**
   * The same where the process that has the folder may be about to end.
   *
   * @throws FolderLock.FolderInUseException where it does not
   */
  public FileDisk(Path folder, FolderLock.Patience patience) throws IOException {
    this.folder = make(folder);
    lock = FolderLock.take(folder, patience);
    try {
      store = Files.getFileStore(folder);
      lockKey = lockKey();
      checkFormat(folder.resolve(FORMAT));
    } catch (IOException unknown) {
      lock.close();
      throw unknown;
    }
  }

  /** Says which version may read what is there. */
  private static void checkFormat(Path file) throws IOException {
    String ours = String.valueOf(Frame.FORMAT);
    String there = Files.exists(file) ? Files.readString(file).strip() : "";
    if (there.isEmpty()) {
      Files.writeString(
          file, ours + "\n", NOFOLLOW_LINKS, StandardOpenOption.CREATE, StandardOpenOption.SYNC);
    } else if (!there.equals(ours)) {
      throw new JournalException(
          "%s has format %s, this version reads format %s: use the version that wrote it"
              .formatted(file.getParent(), there, ours));
    }
  }

  /** Whether a journal was written here. */
  public boolean holdsSegments() throws IOException {
    return holdsSegments(folder);
  }

  /** Whether a journal was written in that folder. */
  public static boolean holdsSegments(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.anyMatch(path -> path.getFileName().toString().startsWith(Segments.SEGMENT));
    }
  }

  @Override
  public List<String> names() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(path -> path.getFileName().toString()).toList();
    }
  }

  @Override
  public DiskFile open(String name) throws IOException {
    return new OpenFile(
        FileChannel.open(
            folder.resolve(name),
            NOFOLLOW_LINKS,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE));
  }

  @Override
  public DiskFile create(String name, long bytes) throws IOException {
    FileChannel channel =
        FileChannel.open(
            folder.resolve(name),
            NOFOLLOW_LINKS,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    var file = new OpenFile(channel);
    try {
      ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(ZEROS, bytes));
      for (long at = 0; at < bytes; at += zeros.capacity()) {
        zeros.clear().limit((int) Math.min(zeros.capacity(), bytes - at));
        file.write(at, zeros);
      }
      channel.force(true);
      forceNames();
      return file;
    } catch (IOException failed) {
      // What it takes is what others lack.
      channel.close();
      Files.deleteIfExists(folder.resolve(name));
      throw failed;
    }
  }

  @Override
  public void rename(String from, String to) throws IOException {
    Files.move(folder.resolve(from), folder.resolve(to), StandardCopyOption.ATOMIC_MOVE);
    forceNames();
  }

  @Override
  public void delete(String name) throws IOException {
    Files.deleteIfExists(folder.resolve(name));
    forceNames();
  }

  @Override
  public long freeBytes() {
    try {
      return store.getUsableSpace();
    } catch (IOException unknown) {
      return 0;
    }
  }

  @Override
  public long totalBytes() {
    try {
      return store.getTotalSpace();
    } catch (IOException unknown) {
      return 0;
    }
  }

  /** Files that were removed take what is written to them, and nobody finds it again. */
  @Override
  public void check() throws IOException {
    Object now;
    try {
      now = lockKey();
    } catch (NoSuchFileException gone) {
      throw new IOException(folder + " was removed while it was used: start the broker anew", gone);
    }
    if (!Objects.equals(now, lockKey)) {
      throw new IOException(folder + " is another folder than it was: start the broker anew");
    }
  }

  /** Null where the file system has none. */
  private @Nullable Object lockKey() throws IOException {
    return Files.readAttributes(folder.resolve(FolderLock.NAME), BasicFileAttributes.class)
        .fileKey();
  }

  private void forceNames() throws IOException {
    forceNames(folder);
  }

  /** What is called how in a folder holds from now on. */
  static void forceNames(Path folder) throws IOException {
    try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
      names.force(true);
    }
  }

  @Override
  public void ending() {
    lock.ending();
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }

  @Override
  public String toString() {
    return folder.toString();
  }

  private record OpenFile(FileChannel channel) implements DiskFile {
    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public void write(long position, ByteBuffer bytes) throws IOException {
      long at = position;
      while (bytes.hasRemaining()) {
        at += channel.write(bytes, at);
      }
    }

    @Override
    public void read(long position, ByteBuffer into) throws IOException {
      long at = position;
      int end = into.limit();
      while (into.position() < end) {
        // The thread keeps a buffer of this length for good.
        into.limit(Math.min(end, into.position() + READ_AT_ONCE));
        int read = channel.read(into, at);
        if (read < 0) {
          throw new EOFException("file ends at " + at);
        }
        at += read;
      }
    }

    @Override
    public void force() throws IOException {
      channel.force(false);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  /**
   * Makes a folder where there is none: what clients have sent is nobody else's on this machine.
   * One that is there stays as it is.
   */
  public static Path make(Path folder) throws IOException {
    boolean isPosix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
    var mode = PosixFilePermissions.fromString("rwx------");
    return isPosix
        ? Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(mode))
        : Files.createDirectories(folder);
  }
}
