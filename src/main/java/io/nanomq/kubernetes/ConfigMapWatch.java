package io.nanomq.kubernetes;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.nanomq.config.store.ConfStore;
import io.nanomq.config.store.StoredConf;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Watches one ConfigMap through an informer: it lists by name, watches from there, and begins anew
 * whenever the watch ends or the API server has been away, for however long. Calls are serialised
 * by this object's lock.
 */
final class ConfigMapWatch implements ConfStore.Watch, ResourceEventHandler<ConfigMap> {
  private static final Logger LOG = Logger.getLogger(ConfigMapWatch.class);

  private final ConfigMapConfStore store;
  private final String name;
  private final Consumer<StoredConf> listener;
  private final SharedIndexInformer<ConfigMap> informer;
  private @Nullable String told;
  private boolean closed;
  private volatile boolean lost;

  /**
   * @param told version that the listener knows already; null = none
   */
  ConfigMapWatch(
      ConfigMapConfStore store,
      Resource<ConfigMap> resource,
      Consumer<StoredConf> listener,
      @Nullable String told) {
    this.store = store;
    this.name = store.name();
    this.listener = listener;
    this.told = told;
    this.informer = resource.runnableInformer(0);
    informer.exceptionHandler(this::lost);
    informer.addEventHandler(this);
    informer.start().thenRun(this::tellOfAbsence);
  }

  // Always true: a watch that gives up would let the broker run on an old configuration for good.
  private boolean lost(boolean started, Throwable why) {
    if (!lost) {
      LOG.warnf("%s is not watched at the moment, and will be again: %s", name, why.getMessage());
      lost = true;
    }
    return true;
  }

  // A ConfigMap that went away before the informer saw it makes no event.
  private void tellOfAbsence() {
    if (informer.getStore().list().isEmpty()) {
      tell(null);
    }
  }

  @Override
  public void onAdd(ConfigMap map) {
    tell(map);
  }

  @Override
  public void onUpdate(ConfigMap before, ConfigMap after) {
    tell(after);
  }

  @Override
  public void onDelete(ConfigMap map, boolean finalStateUnknown) {
    tell(null);
  }

  private synchronized void tell(@Nullable ConfigMap map) {
    lost = false;
    StoredConf stored = store.stored(map);
    if (closed || stored.version().equals(told)) {
      return;
    }
    told = stored.version();
    try {
      listener.accept(stored);
    } catch (RuntimeException e) {
      LOG.error("A listener to " + name + " failed", e);
    }
  }

  /** Whether a watch is open at this moment. */
  boolean isWatching() {
    return informer.isWatching();
  }

  @Override
  public synchronized void close() {
    closed = true;
    informer.stop();
  }
}
