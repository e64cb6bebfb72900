package io.nanomq;

import io.nanomq.config.model.SystemConf.Persistence;
import io.nanomq.config.setting.ConfException;
import io.nanomq.control.ConfInputs;
import io.nanomq.control.ConfSource;
import io.nanomq.journal.JournalRepair;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * {@code nanomq repair [--conf FILE]}, and {@code nanomq start --repair}: makes what outlives the
 * process readable again where it is damaged. What is lost by that is told, and the files are kept
 * as they were.
 */
final class RepairCommand {
  private static final String WORD = "repair";
  private static final String OPTION = "--repair";
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

  private RepairCommand() {}

  /** Whether it is all that is to be done; only the broker's own names may stand before it. */
  static boolean isIn(String[] args) {
    return ControlCommand.in(args, Set.of(WORD)).isPresent();
  }

  /** Whether it is to be done before a start. */
  static boolean isAsked(String[] args) {
    return Arrays.asList(args).contains(OPTION);
  }

  /** The command line without it. */
  static String[] without(String[] args) {
    List<String> rest = new ArrayList<>(Arrays.asList(args));
    rest.remove(isIn(args) ? WORD : OPTION);
    return rest.toArray(String[]::new);
  }

  /**
   * Does it.
   *
   * @param args the command line without it
   * @return whether the journal can be opened now
   */
  static boolean run(String[] args, Clock clock, PrintStream out, PrintStream err) {
    try (ConfSource source = ConfSource.open(ConfInputs.ofProcess(args))) {
      return run(source.load().conf().system().persistence(), clock, out, err);
    } catch (ConfException broken) {
      ControlCommand.told(WORD, broken, err);
      return false;
    }
  }

  static boolean run(Persistence conf, Clock clock, PrintStream out, PrintStream err) {
    if (conf.folder().isEmpty()) {
      err.println("nanomq repair: the configuration names no folder: see persistence.dir");
      return false;
    }
    Path folder = Path.of(conf.folder()).toAbsolutePath();
    try {
      tell(
          folder,
          JournalRepair.run(folder, "damaged-" + LocalDateTime.now(clock).format(TIME)),
          out);
      return true;
    } catch (IOException failed) {
      ControlCommand.told(WORD, failed, err);
      return false;
    }
  }

  private static void tell(Path folder, JournalRepair.Report report, PrintStream out) {
    if (report.isNothing()) {
      out.println(folder + " is not damaged: nothing was changed");
      return;
    }
    report.damages().forEach(out::println);
    out.printf(
        "%s can be opened again: %d batches of records are kept, %d are missing, %d bytes were"
            + " skipped%n",
        folder, report.frames(), report.missingFrames(), report.skippedBytes());
    out.println("What was acknowledged and is missing is lost, or may come twice");
    out.println(
        "The files are as they were in " + report.kept() + ": remove it when they are not needed");
  }
}
