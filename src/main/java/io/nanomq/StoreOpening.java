package io.nanomq;

import io.nanomq.config.model.SystemConf.Persistence;
import io.nanomq.config.model.SystemConf.Persistence.Durability;
import io.nanomq.journal.FileDisk;
import io.nanomq.journal.FolderLock.FolderInUseException;
import io.nanomq.journal.FolderLock.Patience;
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
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.jboss.logging.Logger;

/**
 * Opens what is to outlive the process. What a key asks for is there or stops the start; what
 * nobody asked for is done without, and told, where its folder cannot be made. A folder that
 * another broker has, or that cannot be read, stops it always: what was acknowledged is in it.
 */
final class StoreOpening {
  private static final Logger LOG = Logger.getLogger(StoreOpening.class);

  /**
   * For a broker that was killed a moment ago, and for one that stops: it ends itself ten seconds
   * after {@code stop_timeout}.
   */
  private static final Patience PATIENCE = new Patience(1000, 60_000);

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
    return open(conf, PATIENCE);
  }

  /**
   * @param patience how long to wait for a process that has the folder
   */
  static SessionStores open(Persistence conf, Patience patience) {
    if (conf.durability() == Durability.NONE) {
      if (!conf.isAsked()) {
        LOG.info(
            "What is acknowledged lives as long as the process: there is no configuration file, and"
                + " no persistence.dir");
      }
      return new MemorySessionStore();
    }
    Path folder = Path.of(conf.folder()).toAbsolutePath().normalize();
    boolean isHeld = false;
    try {
      var disk = new FileDisk(folder, patience);
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
      if (!isHeld) {
        tellOfOthers(folder);
      }
      return stores;
    } catch (IOException failed) {
      String what = sentence(folder, failed);
      if (conf.isAsked() || isHeld || mayHoldSomething(folder, failed)) {
        throw new UncheckedIOException(what, failed);
      }
      return without(folder, what);
    }
  }

  /** It is used, or it is there and cannot be read. */
  private static boolean mayHoldSomething(Path folder, IOException failed) {
    return failed instanceof JournalException || StoreFolder.mayHoldSomething(folder);
  }

  /** A document that is renamed begins with nothing. */
  private static void tellOfOthers(Path folder) {
    for (Path other : StoreFolder.ofMissingDocuments(folder)) {
      LOG.warnf(
          "%s is new and has nothing. %s has what a broker kept whose configuration is not there"
              + " any more: if this one was called so, stop it and move that folder to the new"
              + " name, or name it by persistence.dir",
          folder, other);
    }
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
    if (failed instanceof FileAlreadyExistsException) {
      return "persistence.dir %s cannot be used: %s is no folder, and no link to one that is there"
          .formatted(folder, failed.getMessage());
    }
    if (failed instanceof FileSystemException) {
      return "persistence.dir %s cannot be used: %s".formatted(folder, failed);
    }
    if (failed instanceof FolderInUseException) {
      return "%s (persistence.dir, or NANOMQ_PERSISTENCE_DIR)".formatted(failed.getMessage());
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
