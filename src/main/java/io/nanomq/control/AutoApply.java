package io.nanomq.control;

import io.nanomq.config.LoadedConf;
import io.nanomq.config.store.ConfStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * {@code config.apply}: watches the documents while they apply by themselves. Where the key has
 * never been set, a ConfigMap does, and a file in dev mode only. A document that does not set it
 * leaves it as it is: one that has lost the line, and perhaps others with it, is healed the way it
 * was broken.
 */
final class AutoApply implements AutoCloseable {
  private static final String KEY = "config.apply";

  private final ConfDocuments documents;
  private final Runnable changed;
  private List<ConfStore.Watch> watches = List.of();
  private Set<Path> watched = Set.of();
  private boolean isOn;

  /**
   * @param started what the process began with
   * @param changed called by a thread of the store
   */
  AutoApply(ConfDocuments documents, LoadedConf started, Runnable changed) {
    this.documents = documents;
    this.changed = changed;
    this.isOn = documents.appliesByDefault();
    mode(started);
  }

  synchronized boolean isOn() {
    return isOn;
  }

  private void mode(LoadedConf loaded) {
    Object wanted = loaded.values().value(KEY);
    isOn = wanted == null ? isOn : wanted.equals("auto");
  }

  /** Watches what {@code loaded} was read from, or nothing, as it says. */
  synchronized void follow(LoadedConf loaded) {
    mode(loaded);
    Set<Path> wanted = isOn ? Set.copyOf(documents.paths(loaded)) : Set.of();
    if (wanted.equals(watched)) {
      return;
    }
    close();
    watched = wanted;
    if (!wanted.isEmpty()) {
      watches = documents.watch(wanted, changed);
      // It may have changed between being read and being watched.
      changed.run();
    }
  }

  @Override
  public synchronized void close() {
    watches.forEach(ConfStore.Watch::close);
    watches = List.of();
    watched = Set.of();
  }
}
