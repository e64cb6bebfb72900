package io.nanomq.config.store;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Looks at a file now and then. Looking, other than being notified, also sees what changes behind
 * the links of a mounted volume and on network file systems.
 */
final class FileWatch implements ConfStore.Watch {
  private static final Logger LOG = Logger.getLogger(FileWatch.class);

  private final FileConfStore store;
  private final Consumer<StoredConf> listener;
  private final ScheduledExecutorService thread;

  /** Last version that was told; only the watch's own thread touches it after the start. */
  private String told;

  /** The store's own writes that were there before: an edit may put back what was told last. */
  private long writes;

  FileWatch(FileConfStore store, Duration interval, Consumer<StoredConf> listener) {
    this.store = store;
    this.listener = listener;
    this.told = stored().version();
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread worker = new Thread(task, "nanomq-conf-watch");
              worker.setDaemon(true);
              return worker;
            });
    long millis = interval.toMillis();
    thread.scheduleWithFixedDelay(this::look, millis, millis, TimeUnit.MILLISECONDS);
  }

  private StoredConf stored() {
    try {
      return store.read();
    } catch (IOException e) {
      LOG.debugf("%s cannot be read at the moment: %s", store.name(), e);
      return new StoredConf(ConfStore.UNREADABLE, new byte[0]);
    }
  }

  private void look() {
    try {
      long written = store.writes();
      StoredConf stored = stored();
      if (!stored.version().equals(told) || written != writes) {
        writes = written;
        told = stored.version();
        listener.accept(stored);
      }
    } catch (RuntimeException e) {
      // Thrown on, it would end the watch for good.
      LOG.error("A listener to " + store.name() + " failed", e);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
