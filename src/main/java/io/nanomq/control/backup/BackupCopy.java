package io.nanomq.control.backup;

import io.nanomq.control.backup.Manifest.Content;
import io.nanomq.journal.Disk.DiskFile;
import io.nanomq.journal.Snapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32C;

/**
 * Writes files of a backup, for their owner alone, safe on the disk when a call returns. Goes
 * slowly: a disk is shared with the journal, whose next sync waits behind all that others have
 * written.
 */
final class BackupCopy {
  private static final int CHUNK = 1 << 20;

  /** So many chunks are made safe at once, and then the disk is the journal's for as long again. */
  private static final int CHUNKS_AT_ONCE = 4;

  private static final long LONGEST_PAUSE_NANOS = 200_000_000;
  private static final boolean POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

  private final ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK);

  static Path folder(Path path) throws IOException {
    return Files.createDirectory(path, only("rwx------"));
  }

  private static FileAttribute<?>[] only(String mode) {
    return POSIX
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))
        }
        : new FileAttribute<?>[0];
  }

  private static FileChannel create(Path path) throws IOException {
    return FileChannel.open(
        path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), only("rw-------"));
  }

  Content write(Path path, String name, byte[] bytes) throws IOException {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    try (FileChannel to = create(path)) {
      ByteBuffer all = ByteBuffer.wrap(bytes);
      while (all.hasRemaining()) {
        to.write(all);
      }
      to.force(true);
    }
    return new Content(name, bytes.length, crc.getValue());
  }

  /** Copies the valid bytes of a segment. */
  Content copy(DiskFile from, Snapshot.Part part, Path path) throws IOException {
    CRC32C crc = new CRC32C();
    try (FileChannel to = create(path)) {
      long began = System.nanoTime();
      int chunks = 0;
      for (long at = 0; at < part.bytes(); at += CHUNK) {
        from.read(at, buffer.clear().limit((int) Math.min(CHUNK, part.bytes() - at)));
        crc.update(buffer.flip());
        buffer.rewind();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
        if (++chunks % CHUNKS_AT_ONCE == 0) {
          to.force(false);
          LockSupport.parkNanos(Math.min(LONGEST_PAUSE_NANOS, System.nanoTime() - began));
          began = System.nanoTime();
        }
      }
      to.force(true);
    }
    return new Content(part.name(), part.bytes(), crc.getValue());
  }

  /** Names in a folder are safe when this returns. */
  static void forceNames(Path folder) throws IOException {
    if (POSIX) {
      try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
        names.force(true);
      }
    }
  }
}
