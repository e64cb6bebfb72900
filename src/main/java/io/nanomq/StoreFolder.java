package io.nanomq;

import io.nanomq.config.model.SystemConf.Persistence;
import io.nanomq.journal.FileDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What can be said of the folder of a store by looking at it from outside. */
final class StoreFolder {
  private StoreFolder() {}

  /**
   * Whether a folder that cannot be used may have what was acknowledged: it has a journal, or one
   * cannot see, or it is a link to a disk that is not there. One that was never made has nothing.
   */
  static boolean mayHoldSomething(Path folder) {
    Path there = folder;
    while (there != null && !Files.exists(there, LinkOption.NOFOLLOW_LINKS)) {
      there = there.getParent();
    }
    if (there == null || !Files.isDirectory(there) || !Files.isExecutable(there)) {
      return true;
    }
    return there.equals(folder) && holdsJournal(folder, true);
  }

  /**
   * Folders beside a new one that have a journal, and whose document is gone: one of them may be
   * what this one was called before.
   */
  static List<Path> ofMissingDocuments(Path folder) {
    Path all = folder.getParent();
    if (all == null || !all.endsWith(Persistence.USUAL_FOLDER)) {
      return List.of();
    }
    try (Stream<Path> beside = Files.list(all)) {
      return beside
          .filter(one -> !one.equals(folder) && Files.isDirectory(one) && !hasDocument(all, one))
          .filter(one -> holdsJournal(one, false))
          .sorted()
          .toList();
    } catch (IOException unreadable) {
      return List.of();
    }
  }

  private static boolean hasDocument(Path all, Path one) {
    String name = String.valueOf(one.getFileName());
    return Files.exists(all.resolveSibling(name + Persistence.SUFFIX))
        || Files.exists(all.resolveSibling(name));
  }

  private static boolean holdsJournal(Path folder, boolean otherwise) {
    try {
      return FileDisk.holdsSegments(folder);
    } catch (IOException unreadable) {
      return otherwise;
    }
  }
}
