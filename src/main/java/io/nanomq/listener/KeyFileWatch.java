package io.nanomq.listener;

import io.nanomq.loop.ThreadPriority;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Looks at the files of keys and certificates every few seconds, on a thread of its own: a mounted
 * Secret is replaced by links that file events often miss.
 */
public final class KeyFileWatch implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(KeyFileWatch.class);

  private static final long INTERVAL_MILLIS = 2_000;

  private final ScheduledExecutorService thread;
  private final Supplier<Collection<? extends KeyFiles>> inUse;

  /** What was wrong with which files at the last look; confined to the thread, as the next one. */
  private final Map<KeyFiles, String> wrong = new HashMap<>();

  /** What of it was told, which is once. */
  private final Map<KeyFiles, String> told = new HashMap<>();

  /**
   * @param inUse those in use now
   */
  public KeyFileWatch(Supplier<Collection<? extends KeyFiles>> inUse) {
    this(inUse, INTERVAL_MILLIS);
  }

  KeyFileWatch(Supplier<Collection<? extends KeyFiles>> inUse, long intervalMillis) {
    this.inUse = inUse;
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            // Certificates of many clients may have to be looked at.
            task -> ThreadPriority.behind("nanomq-key-files", task));
    thread.scheduleWithFixedDelay(
        this::look, intervalMillis, intervalMillis, TimeUnit.MILLISECONDS);
  }

  private void look() {
    Collection<? extends KeyFiles> all = inUse.get();
    wrong.keySet().retainAll(all);
    told.keySet().retainAll(all);
    for (KeyFiles files : all) {
      look(files);
    }
  }

  private void look(KeyFiles files) {
    try {
      if (files.reload()) {
        LOG.infof("%s was renewed; what comes from now on uses it", files.name());
      }
      wrong.remove(files);
      told.remove(files);
    } catch (Exception e) {
      String why = String.valueOf(e);
      // A key and its certificate are written one after the other: between them they do not match.
      boolean isStill = why.equals(wrong.put(files, why));
      if (isStill && !why.equals(told.put(files, why))) {
        LOG.warnf("%s has changed but cannot be used, the old one stays: %s", files.name(), why);
      }
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
