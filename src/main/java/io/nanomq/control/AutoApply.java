package io.nanomq.control;

import io.nanomq.config.ConfStore;
import io.nanomq.config.LoadedConf;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * {@code config.apply}: watches the documents while they apply by themselves. Where the key is not
 * set, a ConfigMap does and a file does not.
 */
final class AutoApply implements AutoCloseable {
  private static final String KEY = "config.apply";

  private final ConfDocuments documents;
  private final Runnable changed;
  private List<ConfStore.Watch> watches = List.of();
  private Set<Path> watched = Set.of();

  /**
   * @param changed called by a thread of the store
   */
  AutoApply(ConfDocuments documents, Runnable changed) {
    this.documents = documents;
    this.changed = changed;
  }

  boolean isOn(LoadedConf loaded) {
    Object wanted = loaded.values().value(KEY);
    return wanted == null ? documents.appliesByDefault() : wanted.equals("auto");
  }

  /** Watches what {@code loaded} was read from, or nothing, as it says. */
  synchronized void follow(LoadedConf loaded) {
    Set<Path> wanted = isOn(loaded) ? Set.copyOf(documents.paths(loaded)) : Set.of();
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
