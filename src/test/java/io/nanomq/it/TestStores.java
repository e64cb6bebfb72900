package io.nanomq.it;

import io.nanomq.journal.FileDisk;
import io.nanomq.journal.JournalConf;
import io.nanomq.persistence.MemorySessionStore;
import io.nanomq.persistence.SessionStores;
import io.nanomq.persistence.journal.JournalStores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * What brokers of tests keep their sessions in that say nothing of it: memory, or with {@code
 * -Dnanomq.test.durability=async|fsync} a folder of each one's own.
 */
final class TestStores {
  private static final String MODE = System.getProperty("nanomq.test.durability", "none");
  private static final long SYNC_MILLIS = 100;
  private static final int SEGMENT = 1 << 20;
  private static final long MOST = 256 << 20;

  private static final Map<SessionStores, Path> FOLDERS = new ConcurrentHashMap<>();

  private TestStores() {}

  static SessionStores usual() {
    if (MODE.equals("none")) {
      return new MemorySessionStore();
    }
    long sync = MODE.equals("async") ? SYNC_MILLIS : 0;
    try {
      Path folder = Files.createTempDirectory("nanomq-store");
      var conf = new JournalConf(SEGMENT, MOST, sync);
      SessionStores stores = new JournalStores(new FileDisk(folder), conf);
      FOLDERS.put(stores, folder);
      return stores;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** The broker has stopped. */
  static void remove(SessionStores stores) {
    Path folder = FOLDERS.remove(stores);
    if (folder == null) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
