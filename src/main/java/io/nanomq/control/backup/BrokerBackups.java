package io.nanomq.control.backup;

import io.nanomq.config.LoadedConf;
import io.nanomq.control.ConfSource;
import io.nanomq.control.Reconciler;
import io.nanomq.control.RunningBroker;
import io.nanomq.control.access.SideDocuments;
import io.nanomq.control.backup.BackupException.Problem;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Backups of the broker that runs, where its configuration at the start says. Threads share it. */
@Singleton
public class BrokerBackups {
  private final RunningBroker running;
  private final Backups backups;
  private final ConfFiles conf;

  public BrokerBackups(
      RunningBroker running,
      LoadedConf started,
      Reconciler reconciler,
      ConfSource source,
      SideDocuments sides,
      Clock clock,
      @ConfigProperty(name = "quarkus.application.version") String version) {
    this.running = running;
    this.conf = new ConfFiles(reconciler::running, source, sides);
    Path store = Path.of(started.conf().system().persistence().folder());
    Path folder = Backups.folder(store, started.text("persistence.backup_dir"));
    int most = (int) started.values().number("persistence.backups");
    this.backups = new Backups(folder, most, version, clock);
  }

  /** Makes one; fails with an {@link IOException} that says why there is none. */
  public CompletableFuture<Manifest> make() {
    return running
        .get()
        .journalStores()
        .map(stores -> backups.make(stores, conf::read))
        .orElseGet(
            () ->
                CompletableFuture.failedFuture(
                    new BackupException(
                        Problem.NOTHING_KEPT,
                        "persistence.durability is none: nothing is kept on disk that could be"
                            + " copied")));
  }

  /** Those that are there, oldest first. */
  public List<Manifest> list() throws IOException {
    return backups.list();
  }

  /**
   * Removes one.
   *
   * @throws BackupException where there is none of that name
   */
  public void remove(String name) throws IOException {
    backups.remove(name);
  }
}
