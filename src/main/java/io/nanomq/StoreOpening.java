package io.nanomq;

import io.nanomq.config.model.SystemConf.Persistence;
import io.nanomq.config.model.SystemConf.Persistence.Durability;
import io.nanomq.journal.FileDisk;
import io.nanomq.journal.FolderInUseException;
import io.nanomq.journal.JournalConf;
import io.nanomq.journal.JournalException;
import io.nanomq.journal.JournalRepair;
import io.nanomq.memory.MemoryBudgets;
import io.nanomq.memory.Purpose;
import io.nanomq.persistence.MemorySessionStore;
import io.nanomq.persistence.SessionStores;
import io.nanomq.persistence.StoreStatus;
import io.nanomq.persistence.journal.JournalStores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.jboss.logging.Logger;

/**
 * Opens what is to outlive the process. What a key asks for is there or stops the start; what
 * nobody asked for is done without, and told, where its folder cannot be had. A folder that is had
 * and cannot be read stops it always: what was acknowledged is in it.
 */
final class StoreOpening {
  private static final Logger LOG = Logger.getLogger(StoreOpening.class);

  /** So long another process may still have the folder: it may be the one before, which ends. */
  private static final long PATIENCE_MILLIS = 10_000;

  private static final int MOST_SEGMENT = 64 << 20;
  private static final int LEAST_SEGMENT = 1 << 20;
  private static final long NO_BOUND = 1L << 50;

  private StoreOpening() {}

  /**
   * Opens what is configured.
   *
   * @throws UncheckedIOException where that cannot be; the message says what to do
   */
  static SessionStores open(Persistence conf) {
    return open(conf, PATIENCE_MILLIS);
  }

  /**
   * @param patienceMillis how long to wait for a process that has the folder
   */
  static SessionStores open(Persistence conf, long patienceMillis) {
    if (conf.durability() == Durability.NONE) {
      if (!conf.isAsked()) {
        LOG.info(
            "What is acknowledged lives as long as the process: there is no configuration file, and"
                + " no persistence.dir");
      }
      return new MemorySessionStore();
    }
    Path folder = Path.of(conf.folder()).toAbsolutePath();
    boolean isHeld = false;
    try {
      var disk = new FileDisk(folder, patienceMillis);
      isHeld = disk.holdsSegments();
      if (JournalRepair.isUnfinished(folder)) {
        disk.close();
        throw new JournalException("a repair was interrupted: nanomq repair goes on with it");
      }
      long index = MemoryBudgets.ofProcess().of(Purpose.INDEX).limit();
      var stores = new JournalStores(disk, journal(conf, disk.totalBytes()), index);
      LOG.infof(
          "What is acknowledged of durable sessions, and retained messages, are kept in %s (%s)",
          folder, stores.status().durability());
      return stores;
    } catch (IOException failed) {
      String what = sentence(folder, failed);
      if (conf.isAsked() || isHeld || isUnreadable(failed)) {
        throw new UncheckedIOException(what, failed);
      }
      return without(folder, what);
    }
  }

  private static boolean isUnreadable(IOException failed) {
    return failed instanceof JournalException && !(failed instanceof FolderInUseException);
  }

  private static SessionStores without(Path folder, String why) {
    LOG.errorf(
        "%s. NOTHING THAT IS ACKNOWLEDGED OUTLIVES THIS PROCESS: the broker goes on with"
            + " persistence.durability = none. Name another folder by persistence.dir or"
            + " NANOMQ_PERSISTENCE_DIR, or say none if that is as it should be",
        why);
    return new MemorySessionStore(new StoreStatus("none", folder.toString(), why));
  }

  private static String sentence(Path folder, IOException failed) {
    if (failed instanceof AccessDeniedException) {
      return "persistence.dir %s cannot be written: %s".formatted(folder, failed);
    }
    if (failed instanceof FileSystemException) {
      return "persistence.dir %s cannot be used: %s".formatted(folder, failed);
    }
    return "persistence.dir %s: %s".formatted(folder, failed.getMessage());
  }

  /** A small disk has small segments: it has to hold some, and each is written ahead. */
  private static JournalConf journal(Persistence conf, long diskBytes) {
    long most = conf.maxBytes() == 0 ? NO_BOUND : conf.maxBytes();
    long room = diskBytes == 0 ? most : Math.min(most, diskBytes);
    int segment = (int) Math.max(LEAST_SEGMENT, Math.min(MOST_SEGMENT, room / 16));
    boolean isAsync = conf.durability() == Durability.ASYNC;
    return new JournalConf(segment, most, isAsync ? conf.syncMillis() : 0);
  }
}
