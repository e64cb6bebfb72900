package io.nanomq.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Makes a journal that is damaged one that can be opened: what is whole is written anew, and the
 * files that it was read from are kept in a folder beside it. A repair that was interrupted is gone
 * on with by the next one, and nobody opens the journal before that.
 */
public final class JournalRepair {
  /** Where the new files are until all of them are there; then they come under the second name. */
  private static final String UNFINISHED = "repairing";

  private static final String FINISHED = "repaired";
  private static final int SEGMENT = 16 << 20;
  private static final long NO_BOUND = 1L << 50;

  private final Path folder;

  private JournalRepair(Path folder) {
    this.folder = folder;
  }

  /**
   * What was done.
   *
   * @param damages what was wrong, a line for each place; empty = nothing was, and nothing was done
   * @param frames written anew: each is what one event loop told at once
   * @param missingFrames that were not found, or are damaged
   * @param skippedBytes damaged, between others that are whole
   * @param kept where the files are as they were; null = nothing was done
   */
  public record Report(
      List<String> damages, long frames, long missingFrames, long skippedBytes, Path kept) {
    public boolean isNothing() {
      return damages.isEmpty();
    }
  }

  /** Whether a repair was interrupted. */
  public static boolean isUnfinished(Path folder) {
    return Files.exists(folder.resolve(FINISHED));
  }

  /**
   * Repairs what is in a folder.
   *
   * @param keptName name of the folder in it where the files go as they were
   * @throws JournalException where another broker has it, or another version wrote it
   */
  public static Report run(Path folder, String keptName) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new JournalException(folder + " is not there");
    }
    return new JournalRepair(folder).run(folder.resolve(keptName));
  }

  private Report run(Path kept) throws IOException {
    String problem = isUnfinished(folder) ? "a repair was interrupted" : problem();
    if (problem.isEmpty()) {
      return new Report(List.of(), 0, 0, 0, kept);
    }
    List<String> damages = new ArrayList<>(List.of(problem));
    try (FileDisk disk = new FileDisk(folder)) {
      Salvage salvage = new Salvage(disk);
      if (!isUnfinished(folder)) {
        for (String file : segments()) {
          salvage.search(file, Long.parseLong(file.substring(Segments.SEGMENT.length())));
        }
        rewrite(salvage);
      }
      exchange(kept);
      damages.addAll(salvage.damages());
      return new Report(
          damages, salvage.frames(), salvage.missingFrames(), salvage.skippedBytes(), kept);
    }
  }

  /** Why it cannot be opened; empty = it can. */
  private String problem() throws IOException {
    FileDisk disk = new FileDisk(folder);
    try {
      new Journal(disk, new JournalConf(SEGMENT, NO_BOUND, 0), new Nothing()).close();
      return "";
    } catch (IOException damaged) {
      disk.close();
      return String.valueOf(damaged.getMessage());
    }
  }

  private List<String> segments() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(path -> path.getFileName().toString())
          .filter(name -> name.startsWith(Segments.SEGMENT))
          .sorted()
          .toList();
    }
  }

  private void rewrite(Salvage salvage) throws IOException {
    Path unfinished = folder.resolve(UNFINISHED);
    remove(unfinished);
    try (var journal =
        new Journal(
            new FileDisk(unfinished), new JournalConf(SEGMENT, NO_BOUND, 0), new Nothing())) {
      salvage.each(
          records -> {
            try {
              journal.appendNow(records);
            } catch (IOException failed) {
              throw new UncheckedIOException(failed);
            }
          });
    } catch (UncheckedIOException failed) {
      throw failed.getCause();
    }
    Files.move(unfinished, folder.resolve(FINISHED), StandardCopyOption.ATOMIC_MOVE);
    FileDisk.forceNames(folder);
  }

  /**
   * The old files go first: while the folder of the new ones is there, nobody opens the journal.
   */
  private void exchange(Path kept) throws IOException {
    Path finished = folder.resolve(FINISHED);
    // The second time, those of this name are the new ones that have been moved.
    Path mark = finished.resolve("MOVED");
    if (!Files.exists(mark)) {
      Files.createDirectories(kept);
      moveFiles(folder, kept);
      FileDisk.forceNames(kept);
      Files.createFile(mark);
      FileDisk.forceNames(finished);
    }
    moveFiles(finished, folder);
    FileDisk.forceNames(folder);
    remove(finished);
  }

  private static void moveFiles(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        if (name.startsWith(Segments.SEGMENT) || name.startsWith(Spares.SPARE)) {
          Files.move(file, to.resolve(file.getFileName()), StandardCopyOption.ATOMIC_MOVE);
        }
      }
    }
  }

  private static void remove(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  /** Records that are only passed on. */
  private static final class Nothing implements RecordHandler {
    @Override
    public void apply(long segment, int at, byte[] records, int length) {
      // What they say is for who opens it.
    }

    @Override
    public long liveBytes() {
      return Long.MAX_VALUE;
    }

    @Override
    public Keeper keeper(long segment) {
      return (at, records, length, to) -> {
        to.writeBytes(records, 0, length);
        return true;
      };
    }
  }
}
