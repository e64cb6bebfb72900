package io.nanomq.config.store;

import io.nanomq.config.document.DocumentText;
import io.nanomq.config.document.HashedDocument;
import io.nanomq.config.setting.SmallFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A document in a file. A write goes to a temporary file in the same folder, to the disk, and then
 * takes the document's place by a rename, so that a crash at any moment leaves the old document or
 * the new one. Links, such as those of a mounted volume, are followed and stay. Threads may share
 * it: writes are serialised.
 */
public final class FileConfStore implements ConfStore {
  private static final Duration STALE = Duration.ofMinutes(1);

  private final Path file;
  private final Clock clock;
  private final Duration pollInterval;
  private final AtomicLong writes = new AtomicLong();

  /**
   * @param file the document, which need not exist yet
   * @param clock tells how old leftovers of a crash are
   * @param pollInterval how often a watch looks
   */
  public FileConfStore(Path file, Clock clock, Duration pollInterval) {
    this.file = file.toAbsolutePath();
    this.clock = clock;
    this.pollInterval = pollInterval;
  }

  public FileConfStore(Path file) {
    this(file, Clock.systemUTC(), Duration.ofSeconds(1));
  }

  @Override
  public String name() {
    return file.toString();
  }

  @Override
  public StoredConf read() throws IOException {
    return stored(content());
  }

  private static StoredConf stored(byte @Nullable [] content) {
    return content == null
        ? new StoredConf(ABSENT, new byte[0])
        : new StoredConf(HashedDocument.hash(content), content);
  }

  /** Null where there is no file. */
  private byte @Nullable [] content() throws IOException {
    try {
      return SmallFile.read(file, DocumentText.MAX_BYTES);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  @Override
  public synchronized StoredConf write(String expectedVersion, byte[] bytes) throws IOException {
    byte[] before = content();
    requireVersion(expectedVersion, before);
    try {
      replace(before, bytes);
    } catch (ConfConflictException e) {
      throw e;
    } catch (ReadOnlyFileSystemException | IOException e) {
      throw clear(e);
    }
    writes.incrementAndGet();
    return new StoredConf(HashedDocument.hash(bytes), bytes);
  }

  /** Documents that this store has written. */
  long writes() {
    return writes.get();
  }

  private void replace(byte @Nullable [] before, byte[] bytes) throws IOException {
    Path target = target();
    Path temporary = target.resolveSibling(temporaryPrefix(target) + UUID.randomUUID() + ".tmp");
    try {
      removeLeftovers(target);
      writeThrough(target, temporary, bytes);
      // Looked at again as late as can be: an editor may have saved meanwhile.
      requireSame(before);
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      syncFolder(target);
    } finally {
      deleteQuietly(temporary);
    }
  }

  /**
   * Takes back a document that a write has made.
   *
   * @throws ConfConflictException where it has changed meanwhile
   */
  public synchronized void delete(String expectedVersion) throws IOException {
    requireVersion(expectedVersion, content());
    Files.deleteIfExists(target());
  }

  private void requireVersion(String expected, byte @Nullable [] content) throws IOException {
    if (!stored(content).version().equals(expected)) {
      throw new ConfConflictException(file + " was changed by somebody else");
    }
  }

  private void requireSame(byte @Nullable [] before) throws IOException {
    if (!Arrays.equals(content(), before)) {
      throw new ConfConflictException(file + " was changed by somebody else");
    }
  }

  /** The file behind all links; a link stays a link when the file behind it is replaced. */
  private Path target() throws IOException {
    if (Files.exists(file)) {
      return file.toRealPath();
    }
    Path folder = file.getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    return file;
  }

  private static void writeThrough(Path target, Path temporary, byte[] bytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      // Before the first byte: the document holds passwords.
      FileModes.copy(target, temporary);
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
  }

  /** Makes the rename itself last; where folders cannot be opened it is left to the system. */
  private static void syncFolder(Path target) {
    Path folder = target.getParent();
    if (folder == null) {
      return;
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      return;
    }
  }

  private static String temporaryPrefix(Path target) {
    return "." + target.getFileName() + ".";
  }

  /** What a process that was killed while writing left behind. */
  private void removeLeftovers(Path target) throws IOException {
    Path folder = target.getParent();
    if (folder == null) {
      return;
    }
    FileTime limit = FileTime.from(clock.instant().minus(STALE));
    try (DirectoryStream<Path> leftovers =
        Files.newDirectoryStream(folder, temporaryPrefix(target) + "*.tmp")) {
      for (Path leftover : leftovers) {
        if (Files.getLastModifiedTime(leftover).compareTo(limit) < 0) {
          Files.deleteIfExists(leftover);
        }
      }
    }
  }

  private static void deleteQuietly(Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException | ReadOnlyFileSystemException e) {
      return; // the next write removes it
    }
  }

  /** The same failure in words that say what to do. */
  IOException clear(Exception e) {
    String message = String.valueOf(e.getMessage());
    if (e instanceof ReadOnlyFileSystemException || message.contains("Read-only file system")) {
      return new IOException(
          file
              + " is on a read-only file system and cannot be changed here; a mounted ConfigMap is"
              + " changed through Kubernetes",
          e);
    }
    if (e instanceof AccessDeniedException) {
      return new IOException(file + " or its folder may not be written by this process", e);
    }
    // A full disk, for one, is told without any name.
    Object why = e.getClass() == IOException.class ? message : e;
    return new IOException(file + " cannot be written: " + why, e);
  }

  @Override
  public Watch watch(Consumer<StoredConf> listener) {
    return new FileWatch(this, pollInterval, listener);
  }
}
