package io.nanomq;

import io.nanomq.config.LoadedConf;
import io.nanomq.config.model.SystemConf.Persistence;
import io.nanomq.config.setting.ConfException;
import io.nanomq.control.ConfInputs;
import io.nanomq.control.ConfSource;
import io.nanomq.control.backup.BackupName;
import io.nanomq.control.backup.BackupRestore;
import io.nanomq.control.backup.Backups;
import io.nanomq.control.backup.Manifest;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * {@code nanomq restore NAME|FOLDER ...}: puts a backup in the place of what the broker of the same
 * command line keeps on disk. A name is that of one in its folder of backups.
 */
final class RestoreCommand {
  private static final String WORD = "restore";

  private RestoreCommand() {}

  static boolean isIn(String[] args) {
    return ControlCommand.in(args, Set.of(WORD)).isPresent();
  }

  /**
   * Does it.
   *
   * @return what the process ends with
   */
  static int run(String[] args, PrintStream out, PrintStream err) {
    List<String> rest = new ArrayList<>(List.of(args));
    int at = rest.indexOf(WORD) + 1;
    if (at >= rest.size() || rest.get(at).startsWith("-")) {
      err.println("usage: nanomq restore NAME|FOLDER [--conf FILE] [OPTION]...");
      return 2;
    }
    String which = rest.remove(at);
    try (ConfSource source = ConfSource.open(ConfInputs.ofProcess(rest.toArray(String[]::new)))) {
      restore(which, source.load(), out);
      return 0;
    } catch (ConfException | IOException failed) {
      ControlCommand.told(WORD, failed, err);
    }
    return 1;
  }

  private static void restore(String which, LoadedConf loaded, PrintStream out) throws IOException {
    Persistence kept = loaded.conf().system().persistence();
    if (kept.durability() == Persistence.Durability.NONE) {
      throw new IOException("persistence.durability is none: this broker keeps nothing on disk");
    }
    Path store = Path.of(kept.folder()).toAbsolutePath();
    Path backup =
        BackupName.isOne(which)
            ? Backups.folder(store, loaded.text("persistence.backup_dir")).resolve(which)
            : Path.of(which).toAbsolutePath();
    Manifest restored = BackupRestore.restore(backup, store, Instant.now());
    out.printf(
        "%s is restored to %s: %d sessions, %d messages, %d retained messages%n",
        restored.name(), store, restored.sessions(), restored.messages(), restored.retained());
    out.println(
        "What was there is in its folder before-restore-...; the configuration is as it was");
  }
}
