package io.nanomq.control.backup;

import io.nanomq.control.RunningBroker;
import io.nanomq.control.backup.BackupException.Problem;
import io.nanomq.transfer.Export;
import io.nanomq.transfer.Import;
import io.nanomq.transfer.Progress;
import io.nanomq.transfer.Transfers;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Exports and imports of the broker that runs: one at a time, on a thread of its own, behind
 * everything else. Shared: a semaphore lets one in.
 */
@Singleton
public class BrokerTransfers {
  private static final Logger LOG = Logger.getLogger(BrokerTransfers.class);

  private final RunningBroker running;
  private final String version;
  private final Semaphore one = new Semaphore(1);
  private volatile Progress last;

  private interface Work<T> {
    T run(Transfers broker) throws IOException;
  }

  public BrokerTransfers(
      RunningBroker running, @ConfigProperty(name = "quarkus.application.version") String version) {
    this.running = running;
    this.version = version;
    this.last = new Progress();
  }

  /**
   * Exports.
   *
   * @param sink called by a thread of ours
   * @return lines that were written; fails with a {@link BackupException} where another one is
   *     under way
   */
  public CompletableFuture<Long> export(Export.Kind kind, Export.Sink sink) {
    return start(
        broker -> {
          long began = System.nanoTime();
          long lines = new Export(broker, sink).run(kind, version);
          LOG.infof("%d lines were exported in %d ms", lines, millisSince(began));
          return lines;
        });
  }

  /**
   * Imports.
   *
   * @param in read by a thread of ours
   * @param dry whether lines are looked at only
   * @param replaces whether they take the place of what is here
   * @return what became of each line; fails with a {@link BackupException} where another one is
   *     under way
   */
  public CompletableFuture<Progress.View> load(InputStream in, boolean dry, boolean replaces) {
    return start(
        broker -> {
          long began = System.nanoTime();
          Progress progress = new Progress();
          last = progress;
          new Import(broker, dry, replaces, progress).run(in);
          tell(dry ? "A trial" : "An import", progress.now(), began);
          return progress.now();
        });
  }

  private static void tell(String what, Progress.View came, long began) {
    LOG.infof(
        "%s of %d lines %s in %d ms: %s, skipped %s, %d refused %s",
        what,
        came.lines(),
        came.state(),
        millisSince(began),
        came.imported(),
        came.skipped(),
        came.refused().size(),
        came.failure());
  }

  /** How far the import is that is under way, or how the last one went. */
  public Progress.View progress() {
    return last.now();
  }

  private static long millisSince(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
  }

  private <T> CompletableFuture<T> start(Work<T> work) {
    var done = new CompletableFuture<T>();
    if (!one.tryAcquire()) {
      done.completeExceptionally(
          new BackupException(Problem.BUSY, "Another export or import is under way"));
      return done;
    }
    try {
      Backups.onOwnThread("nanomq-transfer", () -> run(work, done));
    } catch (RejectedExecutionException | OutOfMemoryError none) {
      one.release();
      done.completeExceptionally(new IOException("no thread for an export or import", none));
    }
    return done;
  }

  private <T> void run(Work<T> work, CompletableFuture<T> done) {
    T result;
    try {
      try {
        result = work.run(running.get().transfers());
      } finally {
        // Whoever is told may ask for the next one.
        one.release();
      }
      done.complete(result);
    } catch (Exception failed) {
      LOG.warnf("An export or import ended: %s", failed.getMessage());
      done.completeExceptionally(failed);
    }
  }
}
