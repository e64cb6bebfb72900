package io.nanomq.control.backup;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.SYNC;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import io.nanomq.control.backup.BackupException.Problem;
import io.nanomq.control.backup.Manifest.Content;
import io.nanomq.journal.FileDisk;
import io.nanomq.journal.FolderLock;
import io.nanomq.journal.FolderLock.FolderInUseException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * Puts a backup in the place of what a broker keeps on disk. What was there stays in a folder
 * below, so that it works for a volume that is mounted there as well. While files change places,
 * the folder has a format that no broker reads: an end of the process in the middle of it leaves no
 * half of a store that looks like one.
 */
public final class BackupRestore {
  private static final String FORMAT = "FORMAT";
  private static final String PARTIAL = ".partial";
  private static final String HALF = "half restored, run nanomq restore again\n";

  private BackupRestore() {}

  /**
   * Restores it, once all of it was looked through.
   *
   * @param backup the folder of the backup
   * @param store the folder of a broker that does not run
   * @return what it was
   * @throws BackupException where the backup is damaged, or the folder in use; nothing was changed
   */
  public static Manifest restore(Path backup, Path store, Instant now) throws IOException {
    Manifest manifest = BackupCheck.check(backup);
    FileDisk.make(store);
    try (FolderLock lock = FolderLock.take(store, FolderLock.Patience.NONE)) {
      removeLeftOver(store);
      BackupWriter.checkRoom(store, manifest.bytes());
      String suffix = BackupName.of(now).substring(BackupName.PREFIX.length());
      Path copied = copy(manifest, backup, store.resolve("restore-" + suffix + PARTIAL));
      Path aside = store.resolve("before-restore-" + suffix);
      begin(store, copied, aside);
      exchange(store, copied, aside);
    } catch (FolderInUseException broker) {
      throw new BackupException(Problem.BUSY, String.valueOf(broker.getMessage()));
    }
    return manifest;
  }

  /** Copies of a restore that was cut off; what they are copies of is there. */
  private static void removeLeftOver(Path store) throws IOException {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(store, "restore-*" + PARTIAL)) {
      for (Path copy : left) {
        BackupWriter.remove(copy);
      }
    }
  }

  private static Path copy(Manifest manifest, Path backup, Path to) throws IOException {
    BackupCopy.folder(to);
    try {
      for (Content content : manifest.store()) {
        Path copy = to.resolve(content.name());
        Files.copy(backup.resolve(Manifest.STORE).resolve(content.name()), copy);
        try (FileChannel file = FileChannel.open(copy, WRITE)) {
          file.force(true);
        }
      }
      BackupCopy.forceNames(to);
      return to;
    } catch (IOException failed) {
      BackupWriter.remove(to);
      throw failed;
    }
  }

  /**
   * Takes all the room that is needed, and then says what is to come: where there is no room,
   * everything is as it was.
   */
  private static void begin(Path store, Path copied, Path aside) throws IOException {
    Path format = store.resolve(FORMAT + PARTIAL);
    boolean isMade = false;
    try {
      BackupCopy.folder(aside);
      isMade = true;
      Files.writeString(format, HALF, CREATE, TRUNCATE_EXISTING, WRITE, SYNC);
      Files.move(format, store.resolve(FORMAT), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failed) {
      Files.deleteIfExists(format);
      if (isMade) {
        Files.delete(aside);
      }
      BackupWriter.remove(copied);
      throw failed;
    }
    BackupCopy.forceNames(store);
  }

  private static void exchange(Path store, Path copied, Path aside) throws IOException {
    List<Path> before = files(store);
    if (before.isEmpty()) {
      Files.delete(aside);
    } else {
      move(before, aside);
    }
    move(files(copied), store);
    BackupCopy.forceNames(store);
    Files.delete(copied);
    // The next start writes its own.
    Files.delete(store.resolve(FORMAT));
    BackupCopy.forceNames(store);
  }

  private static void move(List<Path> files, Path to) throws IOException {
    for (Path file : files) {
      Files.move(file, to.resolve(file.getFileName()), StandardCopyOption.ATOMIC_MOVE);
    }
    BackupCopy.forceNames(to);
  }

  /** Segments of a journal, used and spare, and what says in short what they say. */
  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(path -> path.getFileName().toString().matches("(segment|spare)-\\d+|image"))
          .toList();
    }
  }
}
