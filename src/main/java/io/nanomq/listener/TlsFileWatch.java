package io.nanomq.listener;

import java.util.Collection;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Looks at the certificate files of all listeners every few seconds, on a thread of its own: a
 * mounted Secret is replaced by links that file events often miss.
 */
final class TlsFileWatch implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(TlsFileWatch.class);

  private final ScheduledExecutorService thread;
  private final Supplier<Collection<TlsContext>> contexts;

  /**
   * @param contexts those in use now
   * @param intervalMillis pause between two looks
   */
  TlsFileWatch(Supplier<Collection<TlsContext>> contexts, long intervalMillis) {
    this.contexts = contexts;
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread t = new Thread(task, "nanomq-tls-files");
              t.setDaemon(true);
              return t;
            });
    thread.scheduleWithFixedDelay(
        this::look, intervalMillis, intervalMillis, TimeUnit.MILLISECONDS);
  }

  private void look() {
    for (TlsContext context : contexts.get()) {
      try {
        if (context.reload()) {
          LOG.info("TLS certificate renewed; new connections use it");
        }
      } catch (Exception e) {
        LOG.warnf("TLS files changed but cannot be used, the old ones stay: %s", e.getMessage());
      }
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
