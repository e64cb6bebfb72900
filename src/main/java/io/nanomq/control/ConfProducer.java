package io.nanomq.control;

import io.nanomq.config.ConfException;
import io.nanomq.config.ConfStore;
import io.nanomq.config.LoadedConf;
import io.nanomq.config.NanomqConf;
import io.quarkus.runtime.annotations.CommandLineArguments;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;

/** Reads the configuration for CDI; live reload reads it anew. */
public class ConfProducer {
  private static final Logger LOG = Logger.getLogger("io.nanomq.config");

  @Produces
  @Singleton
  ConfInputs inputs(@CommandLineArguments String[] arguments) {
    return new ConfInputs(List.of(arguments), System.getenv(), Path.of("").toAbsolutePath());
  }

  @Produces
  @Singleton
  LoadedConf loaded(ConfInputs inputs) throws ConfException {
    LoadedConf loaded = inputs.load(Map.of());
    loaded.warnings().forEach(LOG::warn);
    return loaded;
  }

  @Produces
  @Singleton
  NanomqConf conf(LoadedConf loaded) {
    return loaded.conf();
  }

  /** A bean of type {@link ConfStore} keeps the main document; without one it is in its file. */
  @Produces
  @Singleton
  ConfDocuments documents(
      ConfInputs inputs, LoadedConf started, Instance<ConfStore> store, Clock clock) {
    return new ConfDocuments(inputs, started, store.isResolvable() ? store.get() : null, clock);
  }
}
