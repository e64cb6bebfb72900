package io.nanomq.control.backup;

import io.nanomq.control.backup.BackupException.Problem;
import io.nanomq.control.backup.Manifest.Content;
import io.nanomq.journal.Snapshot;
import io.nanomq.persistence.journal.StoreCopy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;

/**
 * Writes one backup: into a folder of another name, which gets its own when everything is on the
 * disk and was read back.
 */
final class BackupWriter {
  /** What is not whole, and left over where the process ended. */
  private static final String PARTIAL = ".partial";

  /** So much stays free for the journal's next segments, at least and at most. */
  private static final long LEAST_LEFT_FREE = 128L << 20;

  private static final long MOST_LEFT_FREE = 1L << 30;

  /** The same as a share of the file system: the journal may be the one that it is full for. */
  private static final int SHARE_LEFT_FREE = 4;

  private final Path all;
  private final String version;
  private final Instant at;
  private final BackupCopy copy = new BackupCopy();

  /**
   * @param all the folder of all backups
   */
  BackupWriter(Path all, String version, Instant at) {
    this.all = all;
    this.version = version;
    this.at = at;
  }

  Manifest write(CompletableFuture<StoreCopy> safe, Map<String, byte[]> conf) throws IOException {
    try (Snapshot snapshot = taken(safe).snapshot()) {
      StoreCopy store = safe.join();
      begin();
      checkRoom(snapshot, conf);
      String name = BackupName.of(at);
      Path partial = BackupCopy.folder(all.resolve(name + PARTIAL));
      try {
        Manifest manifest = write(partial, name, store, conf);
        BackupCheck.check(partial);
        Files.move(partial, all.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        BackupCopy.forceNames(all);
        return manifest;
      } catch (IOException | RuntimeException failed) {
        remove(partial);
        throw failed;
      }
    }
  }

  private static StoreCopy taken(CompletableFuture<StoreCopy> safe) throws IOException {
    try {
      return safe.join();
    } catch (CompletionException | CancellationException late) {
      throw new BackupException(
          Problem.FAILED, "The journal could not be made safe: see what the log says of its disk");
    }
  }

  private void begin() throws IOException {
    if (!Files.isDirectory(all)) {
      Path parent = all.toAbsolutePath().getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      BackupCopy.folder(all);
    }
    try (Stream<Path> there = Files.list(all)) {
      for (Path path : there.filter(BackupWriter::isPartial).toList()) {
        remove(path);
      }
    }
  }

  private static boolean isPartial(Path path) {
    String name = path.getFileName().toString();
    return name.endsWith(PARTIAL)
        && BackupName.isOne(name.substring(0, name.length() - PARTIAL.length()));
  }

  private void checkRoom(Snapshot snapshot, Map<String, byte[]> conf) throws IOException {
    long needed = leftFree(Files.getFileStore(all).getTotalSpace());
    for (Snapshot.Part part : snapshot.parts()) {
      needed += part.bytes();
    }
    for (byte[] document : conf.values()) {
      needed += document.length;
    }
    checkRoom(all, needed);
  }

  static long leftFree(long total) {
    return Math.max(LEAST_LEFT_FREE, Math.min(MOST_LEFT_FREE, total / SHARE_LEFT_FREE));
  }

  /** Makes sure that a disk has so many bytes. */
  static void checkRoom(Path folder, long needed) throws IOException {
    long free = Files.getFileStore(folder).getUsableSpace();
    if (free < needed) {
      throw new BackupException(
          Problem.FAILED,
          "No room in %s: it takes %d bytes, and %d are free".formatted(folder, needed, free));
    }
  }

  private Manifest write(Path partial, String name, StoreCopy store, Map<String, byte[]> conf)
      throws IOException {
    Path segments = BackupCopy.folder(partial.resolve(Manifest.STORE));
    List<Content> stored = new ArrayList<>();
    for (Snapshot.Part part : store.snapshot().parts()) {
      stored.add(copy.copy(store.snapshot().open(part), part, segments.resolve(part.name())));
      store.snapshot().done(part);
    }
    Path documents = BackupCopy.folder(partial.resolve(Manifest.CONF));
    List<Content> written = new ArrayList<>();
    for (Map.Entry<String, byte[]> document : conf.entrySet()) {
      Path file = documents.resolve(document.getKey());
      written.add(copy.write(file, document.getKey(), document.getValue()));
    }
    BackupCopy.forceNames(segments);
    BackupCopy.forceNames(documents);
    Manifest manifest =
        new Manifest(
            Manifest.FORMAT,
            name,
            version,
            at.toEpochMilli(),
            store.sessions(),
            store.messages(),
            store.retained(),
            stored,
            written);
    copy.write(partial.resolve(Manifest.FILE), Manifest.FILE, manifest.json());
    BackupCopy.forceNames(partial);
    return manifest;
  }

  /** Removes a folder; its manifest first, so that half of it is no backup. Follows no link. */
  static void remove(Path folder) throws IOException {
    if (Files.isSymbolicLink(folder)) {
      Files.delete(folder);
      return;
    }
    Files.deleteIfExists(folder.resolve(Manifest.FILE));
    List<Path> all;
    try (Stream<Path> tree = Files.walk(folder)) {
      all = tree.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.delete(path);
    }
  }
}
