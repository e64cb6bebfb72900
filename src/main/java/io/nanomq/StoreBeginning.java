package io.nanomq;

import io.nanomq.config.model.SystemConf.Persistence;
import io.nanomq.persistence.SessionStores;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Reads what an earlier process left while Quarkus starts, which takes as long as a million
 * messages and leaves a processor to spare.
 *
 * <p>Shared: one thread begins, another one takes.
 */
final class StoreBeginning {
  private static final Logger LOG = Logger.getLogger(StoreBeginning.class);
  private static final AtomicReference<@Nullable StoreBeginning> BEGUN = new AtomicReference<>();

  private final Persistence conf;
  private final FutureTask<SessionStores> opening;

  private StoreBeginning(Persistence conf) {
    this.conf = conf;
    this.opening = new FutureTask<>(() -> StoreOpening.open(conf));
  }

  /** Begins to open what is configured; {@link #take} has to follow, or the end of the process. */
  static void begin(Persistence conf) {
    var beginning = new StoreBeginning(conf);
    BEGUN.set(beginning);
    Thread thread = new Thread(beginning.opening, "nanomq-journal-open");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * What was begun, once it is open; opens it now where nothing was, or the configuration has
   * become another one since then.
   *
   * @throws java.io.UncheckedIOException as {@link StoreOpening#open}
   */
  static SessionStores take(Persistence conf) {
    StoreBeginning begun = BEGUN.getAndSet(null);
    if (begun == null) {
      return StoreOpening.open(conf);
    }
    if (!begun.conf.equals(conf)) {
      begun.close();
      return StoreOpening.open(conf);
    }
    return begun.opened();
  }

  private SessionStores opened() {
    try {
      return opening.get();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof Error error) {
        throw error;
      }
      throw failed.getCause() instanceof RuntimeException why
          ? why
          : new IllegalStateException(failed.getCause());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while the store was opened");
    }
  }

  private void close() {
    try {
      opened().close();
    } catch (RuntimeException failed) {
      LOG.warnf("What the configuration named before could not be opened: %s", failed);
    }
  }
}
