package io.nanomq.it;

import io.nanomq.journal.FileDisk;
import io.nanomq.journal.JournalConf;
import io.nanomq.persistence.journal.JournalStores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Brokers with a store, each of which finds what the one before had on disk when it was killed. */
final class KilledBrokers {
  private final Path folders;
  private int starts;

  /**
   * @param folders below which each has its own
   */
  KilledBrokers(Path folders) {
    this.folders = folders;
  }

  TestBroker start(int loops) throws IOException {
    var conf = new JournalConf(1 << 20, 1L << 40, 0);
    return TestBroker.start(loops, new JournalStores(new FileDisk(folder()), conf));
  }

  private Path folder() throws IOException {
    return Files.createDirectories(folders.resolve(String.valueOf(starts)));
  }

  /** The process is killed: one goes on with what is on disk now. */
  TestBroker killAndStart(TestBroker broker, int loops) throws IOException {
    try (Stream<Path> files = Files.list(folder())) {
      List<Path> all = files.toList();
      starts++;
      for (Path file : all) {
        Files.copy(file, folder().resolve(file.getFileName()));
      }
    }
    broker.leave();
    return start(loops);
  }
}
