package io.nanomq.control.backup;

import io.nanomq.control.backup.BackupException.Problem;
import io.nanomq.loop.ThreadPriority;
import io.nanomq.persistence.journal.JournalStores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * The backups of one broker, in one folder: so many and no more, made one at a time.
 *
 * <p>Shared: a semaphore lets one thread at a time change anything.
 */
public final class Backups {
  private static final Logger LOG = Logger.getLogger(Backups.class);

  private final Path folder;
  private final int most;
  private final String version;
  private final Clock clock;
  private final Semaphore one = new Semaphore(1);
  private final Executor thread;

  /**
   * @param folder made with the first backup
   * @param most that are kept
   * @param version of the broker
   */
  public Backups(Path folder, int most, String version, Clock clock) {
    this(folder, most, version, clock, work -> onOwnThread("nanomq-backup", work));
  }

  Backups(Path folder, int most, String version, Clock clock, Executor thread) {
    this.folder = folder;
    this.most = most;
    this.version = version;
    this.clock = clock;
    this.thread = thread;
  }

  /**
   * Where they are.
   *
   * @param store the folder that they are copies of
   * @param named what the configuration says, which is beside it; empty = nothing
   */
  public static Path folder(Path store, String named) {
    Path absolute = store.toAbsolutePath().normalize();
    return absolute.resolveSibling(named.isEmpty() ? absolute.getFileName() + "-backups" : named);
  }

  /** Behind all that serves clients. */
  static void onOwnThread(String name, Runnable work) {
    ThreadPriority.behind(name, work).start();
  }

  /**
   * Makes one, on a thread of its own.
   *
   * @param conf documents of the configuration by name, read there
   * @return fails with a {@link BackupException} or another {@link IOException}
   */
  public CompletableFuture<Manifest> make(
      JournalStores stores, Callable<Map<String, byte[]>> conf) {
    var made = new CompletableFuture<Manifest>();
    if (!one.tryAcquire()) {
      made.completeExceptionally(busy());
      return made;
    }
    try {
      thread.execute(() -> make(stores, conf, made));
    } catch (RejectedExecutionException | OutOfMemoryError none) {
      one.release();
      made.completeExceptionally(new IOException("no thread for a backup", none));
    }
    return made;
  }

  private static BackupException busy() {
    return new BackupException(Problem.BUSY, "Another backup is being made or removed");
  }

  private void make(
      JournalStores stores, Callable<Map<String, byte[]>> conf, CompletableFuture<Manifest> made) {
    try {
      Manifest manifest;
      try {
        // First: the journal keeps all that a copy has not read, and so for good without a writer.
        Map<String, byte[]> documents = conf.call();
        manifest =
            new BackupWriter(folder, version, clock.instant()).write(stores.copy(), documents);
        removeOldest();
      } finally {
        // Whoever is told may ask for the next one.
        one.release();
      }
      LOG.infof("%s was made in %s: %d bytes", manifest.name(), folder, manifest.bytes());
      made.complete(manifest);
    } catch (BackupException failed) {
      LOG.errorf("No backup was made: %s", failed.getMessage());
      made.completeExceptionally(failed);
    } catch (IOException failed) {
      String why = "No backup can be written in %s: %s".formatted(folder, failed);
      LOG.error(why);
      made.completeExceptionally(new BackupException(BackupException.Problem.FAILED, why));
    } catch (Exception failed) {
      LOG.error("No backup was made", failed);
      made.completeExceptionally(failed);
    }
  }

  private void removeOldest() throws IOException {
    List<Path> all = folders();
    for (Path oldest : all.subList(0, Math.max(0, all.size() - most))) {
      BackupWriter.remove(oldest);
    }
  }

  /** Those that are whole, oldest first, as far as their manifests say so. */
  public List<Manifest> list() throws IOException {
    List<Manifest> all = new ArrayList<>();
    for (Path each : folders()) {
      try {
        all.add(Manifest.read(each));
      } catch (IOException broken) {
        if (!isBeingRemoved(each)) {
          LOG.warnf("A backup cannot be read: %s", broken.getMessage());
        }
      }
    }
    return all;
  }

  /** Its manifest goes first; whoever removes it holds the permit until all of it has gone. */
  private boolean isBeingRemoved(Path each) {
    boolean isAnyUnderWay = one.availablePermits() == 0;
    return !Files.exists(each.resolve(Manifest.FILE)) && (isAnyUnderWay || !Files.exists(each));
  }

  private List<Path> folders() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(path -> BackupName.isOne(path.getFileName().toString())).sorted().toList();
    }
  }

  /**
   * Removes one.
   *
   * @throws BackupException where there is none of that name
   */
  public void remove(String name) throws IOException {
    if (!BackupName.isOne(name) || !Files.isDirectory(folder.resolve(name))) {
      throw new BackupException(Problem.UNKNOWN, "There is no backup " + name);
    }
    if (!one.tryAcquire()) {
      throw busy();
    }
    try {
      BackupWriter.remove(folder.resolve(name));
    } finally {
      one.release();
    }
  }
}
